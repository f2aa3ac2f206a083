using System.Diagnostics.CodeAnalysis;
using AgentPost.Store.Model;

namespace AgentPost.Store.Outbound;

/// <summary>The id of a queued recipient. Written as <c>que_…</c>.</summary>
public readonly record struct QueueId(Guid Value)
{
    const string Prefix = "que_";

    public static QueueId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out QueueId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
