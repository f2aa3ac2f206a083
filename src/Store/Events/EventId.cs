using System.Diagnostics.CodeAnalysis;
using AgentPost.Store.Model;

namespace AgentPost.Store.Events;

/// <summary>Id of an event. Written as <c>evt_…</c>.</summary>
public readonly record struct EventId(Guid Value)
{
    const string Prefix = "evt_";

    public static EventId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
