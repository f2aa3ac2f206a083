using System.Net;
using System.Net.Sockets;
using AgentPost.Host.Remote;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>
/// Checks which URLs a webhook can have: public servers over HTTPS, unless a setting allows all. The name is resolved
/// when the server connects, and the connection uses the address that was checked.
/// </summary>
static class WebhookAddress
{
    const int LongestUrl = 2000;

    /// <summary>
    /// Returns the reason why a URL is not allowed for a webhook, or null if it is allowed. The host name is resolved
    /// only when connecting.
    /// </summary>
    public static string? Check(string? url, PrivateAddresses privateAddresses)
    {
        if (url is null or { Length: > LongestUrl } || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("https" or "http") || parsed.UserInfo.Length > 0)
        {
            return $"must be a URL such as https://example.com/hooks, of at most {LongestUrl} characters and without a user name";
        }
        if (privateAddresses.AreAllowed)
        {
            return null;
        }
        if (parsed.Scheme != "https")
        {
            return "must start with https://";
        }
        return IPAddress.TryParse(parsed.Host.Trim('[', ']'), out var address) && !PublicAddressResolver.IsPublic(address)
            ? PublicAddressResolver.NoAddress(parsed.Host, privateAddresses)
            : null;
    }

    /// <summary>
    /// Connects to the first allowed address of the host that responds. Throws HttpRequestException if the host has
    /// none.
    /// </summary>
    public static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint end, PrivateAddresses privateAddresses, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var addresses = await PublicAddressResolver.FindAsync(end.Host, privateAddresses, cancellation);
            await socket.ConnectAsync([.. addresses], end.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (RemoteServerException refused)
        {
            socket.Dispose();
            throw new HttpRequestException(refused.Message, refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
