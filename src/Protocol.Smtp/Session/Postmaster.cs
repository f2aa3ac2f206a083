namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Addresses at which everybody may expect to reach who runs the server (RFC 5321 §4.5.1, RFC 2142).</summary>
static class Postmaster
{
    static readonly string[] Roles = ["postmaster", "abuse"];

    /// <summary>Where mail for such an address goes, tagged with its role; null: the address is none, or nobody was named.</summary>
    public static string? AddressFor(string recipient, InboundOptions options)
    {
        var role = recipient.Split('@')[0].ToLowerInvariant();
        return options.Postmaster is { } inbox && Roles.Contains(role) ? inbox.Insert(inbox.LastIndexOf('@'), "+" + role) : null;
    }
}
