using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store.Model;

/// <summary>Id of an inbox. Written as <c>inb_…</c>.</summary>
public readonly record struct InboxId(Guid Value)
{
    const string Prefix = "inb_";

    public static InboxId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out InboxId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
