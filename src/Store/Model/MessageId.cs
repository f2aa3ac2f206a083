using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store.Model;

/// <summary>Id of a message within its inbox (EMAILID, RFC 8474 §5.1). Written as <c>msg_…</c>.</summary>
public readonly record struct MessageId(Guid Value)
{
    const string Prefix = "msg_";

    public static MessageId New() => new(Guid.CreateVersion7());

    public static bool TryParse([NotNullWhen(true)] string? text, out MessageId id)
    {
        var valid = PrefixedId.TryParse(Prefix, text, out var value);
        id = new(value);
        return valid;
    }

    public override string ToString() => PrefixedId.Format(Prefix, Value);
}
