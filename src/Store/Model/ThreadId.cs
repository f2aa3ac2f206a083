using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store.Model;

/// <summary>Id of a thread within its inbox (THREADID, RFC 8474 §5.2). Written as <c>thr_…</c>.</summary>
public readonly record struct ThreadId(Guid Value)
{
    const string Prefix = "thr_";

    public static ThreadId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out ThreadId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
