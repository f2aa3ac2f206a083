using System.CommandLine;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AgentPost.Host.Serving;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Tls;

namespace AgentPost.Host.Cli;

/// <summary>
/// <c>agentpost health</c>: checks whether the running server is ready; for container health checks without curl. If
/// HTTP is disabled, the server is ready if one of its other listeners sends a greeting.
/// </summary>
static class HealthCommand
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var command = new Command("health", "Ask the running server whether it is ready.") { Hidden = true };
        command.SetAction((parsed, cancellation) => AskAsync(parsed.ReadOptions(), cancellation));
        return command;
    }

    static async Task AskAsync(Options options, CancellationToken cancellation)
    {
        if (options.HttpPort != 0)
        {
            await AskHttpAsync(options, cancellation);
            return;
        }
        var listener = Listener.All(options) is [var first, ..]
            ? first
            : throw new CommandException("All ports are 0: the server does not listen.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            await AwaitGreetingAsync(listener, limit.Token);
        }
        catch (Exception failure)
            when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            throw new CommandException(
                $"No greeting from {listener}: is 'agentpost serve' running, with the same settings?", failure);
        }
    }

    static async Task AskHttpAsync(Options options, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Timeout };
        var url = new UriBuilder(
            Uri.UriSchemeHttp, AddressOf(options.HttpListen).ToString(), options.HttpPort, "/health/ready").Uri;
        try
        {
            using var answer = await client.GetAsync(url, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                throw new CommandException(
                    $"The server is not ready: {await answer.Content.ReadAsStringAsync(cancellation)}");
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            throw new CommandException(
                $"No answer from {url}: is 'agentpost serve' running, with the same Http:Port?", failure);
        }
    }

    static async Task AwaitGreetingAsync(Listener listener, CancellationToken cancellation)
    {
        var address = AddressOf(listener.Address);
        using var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, listener.Port, cancellation);
        Stream stream = client.GetStream();
        if (listener.IsTls)
        {
            // The check is whether the server responds, not which name its certificate has.
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, chain, errors) => CertificateTrust.Any.Accepts(certificate, chain, errors));
            stream = tls;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation);
        }
        await using (stream)
        {
            await stream.ReadExactlyAsync(new byte[1], cancellation);
        }
    }

    static IPAddress AddressOf(IPAddress listen) =>
        listen.Equals(IPAddress.Any) ? IPAddress.Loopback
        : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : listen;
}
