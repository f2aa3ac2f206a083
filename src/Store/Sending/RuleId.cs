using System.Diagnostics.CodeAnalysis;
using AgentPost.Store.Model;

namespace AgentPost.Store.Sending;

/// <summary>The id of a sending rule. Written as <c>rul_…</c>.</summary>
public readonly record struct RuleId(Guid Value)
{
    const string Prefix = "rul_";

    public static RuleId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out RuleId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
