namespace AgentPost.Store.Access;

/// <summary>Role addresses at which the operator of a domain can be reached (RFC 5321 §4.5.1, RFC 2142).</summary>
public static class RoleAddresses
{
    static readonly string[] Roles = ["postmaster", "abuse"];

    /// <summary>
    /// Returns the address of the operator's inbox with the role as its plus tag, or null if the recipient is not a
    /// role address.
    /// </summary>
    /// <param name="recipient">With or without a domain.</param>
    public static string? Redirect(string recipient, string inbox)
    {
        var role = recipient.Split('@')[0].ToLowerInvariant();
        return Roles.Contains(role) ? inbox.Insert(inbox.LastIndexOf('@'), "+" + role) : null;
    }
}
