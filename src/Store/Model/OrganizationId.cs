using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store.Model;

/// <summary>Id of an organization, which owns inboxes and keys. Written as <c>org_…</c>.</summary>
public readonly record struct OrganizationId(Guid Value)
{
    const string Prefix = "org_";

    public static OrganizationId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out OrganizationId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
