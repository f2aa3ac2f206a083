using AgentPost.Protocol.Dns;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Formats addresses for remote servers.</summary>
static class WireAddress
{
    /// <summary>
    /// Encodes an internationalized domain in ASCII if the local part is ASCII, so that the address does not need
    /// SMTPUTF8 (RFC 6531 §3.2).
    /// </summary>
    public static string Of(string address)
    {
        var at = address.LastIndexOf('@');
        return at >= 0 && !System.Text.Ascii.IsValid(address) && System.Text.Ascii.IsValid(address.AsSpan(0, at)) && DnsName.TryNormalize(address[(at + 1)..], out var domain)
            ? $"{address[..at]}@{domain}"
            : address;
    }
}
