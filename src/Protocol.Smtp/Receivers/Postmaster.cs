using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Receivers;

/// <summary>Addresses at which everybody may expect to reach who runs the server (RFC 5321 §4.5.1, RFC 2142).</summary>
static class Postmaster
{
    /// <summary>Where mail for such an address goes, tagged with its role; null: the address is none, or nobody was named.</summary>
    public static string? AddressFor(string recipient, InboundOptions options) =>
        options.Postmaster is { } inbox ? RoleAddresses.Redirect(recipient, inbox) : null;
}
