using System.CommandLine;
using System.Net;
using AgentPost.Host.Settings;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost health</c>: asks the running server whether it is ready; for container health checks, where there is no curl.</summary>
static class HealthCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var command = new Command("health", "Ask the running server whether it is ready.") { Hidden = true };
        command.SetAction((parsed, cancellation) => AskAsync(parsed.ReadOptions(), cancellation));
        return command;
    }

    static async Task AskAsync(Options options, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Patience };
        var url = new UriBuilder(Uri.UriSchemeHttp, AddressOf(options.HttpListen).ToString(), options.HttpPort, "/health/ready").Uri;
        try
        {
            using var answer = await client.GetAsync(url, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                throw new CommandException($"The server is not ready: {await answer.Content.ReadAsStringAsync(cancellation)}");
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            throw new CommandException($"No answer from {url}: is 'agentpost serve' running, with the same Http:Port?", failure);
        }
    }

    static IPAddress AddressOf(IPAddress listen) =>
        listen.Equals(IPAddress.Any) ? IPAddress.Loopback : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listen;
}
