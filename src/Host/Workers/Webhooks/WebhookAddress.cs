using System.Net;
using System.Net.Sockets;
using AgentPost.Host.Outside;

namespace AgentPost.Host.Workers.Webhooks;

/// <summary>Where webhooks may lead: to public servers by https, unless a setting allows all. A name is looked up when it is connected to, and the connection goes to
/// the very address that was found good, so that a name cannot be led elsewhere in between.</summary>
static class WebhookAddress
{
    const int LongestUrl = 2000;

    /// <summary>Why an address cannot be one of a webhook; null: it can. What its name leads to is seen only when it is connected to.</summary>
    public static string? Check(string? url, bool allowsPrivate)
    {
        if (url is null or { Length: > LongestUrl } || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("https" or "http") || parsed.UserInfo.Length > 0)
        {
            return $"this is an address such as https://example.com/hooks, of {LongestUrl} characters at most and without user name";
        }
        if (allowsPrivate)
        {
            return null;
        }
        if (parsed.Scheme != "https")
        {
            return "this begins with https://";
        }
        return IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var address) && !OutsideAddress.IsPublic(address) ? Refusal(parsed.Host) : null;
    }

    /// <summary>Connects to the first address of the host that may be, and can be, connected to.</summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, bool allowsPrivate, CancellationToken cancellation)
    {
        var found = IPAddress.TryParse(end.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(end.Host, cancellation);
        var allowed = found.Where(address => allowsPrivate || OutsideAddress.IsPublic(address)).ToList();
        if (allowed.Count == 0)
        {
            throw new HttpRequestException(found.Length == 0 ? $"{end.Host} has no address" : Refusal(end.Host));
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. allowed], end.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static string Refusal(string host) => $"{host} has a private or loopback address, and those are not allowed here (Webhooks:AllowPrivateAddresses)";
}
