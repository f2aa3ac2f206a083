using AgentPost.Protocol.Dns;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>Addresses as they are said to other servers.</summary>
static class WireAddress
{
    /// <summary>A domain in other letters as the DNS has it, so that a server needs SMTPUTF8 only for a local part that does (RFC 6531 §3.2).</summary>
    public static string Of(string address)
    {
        var at = address.LastIndexOf('@');
        return at >= 0 && !System.Text.Ascii.IsValid(address) && System.Text.Ascii.IsValid(address.AsSpan(0, at)) && DnsName.TryNormalize(address[(at + 1)..], out var domain)
            ? $"{address[..at]}@{domain}"
            : address;
    }
}
