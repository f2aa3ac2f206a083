using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store.Model;

/// <summary>Id of a draft within its inbox, the same for all its versions. Written as <c>drf_…</c>.</summary>
public readonly record struct DraftId(Guid Value)
{
    const string Prefix = "drf_";

    public static bool TryParse([NotNullWhen(true)] string? text, out DraftId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
