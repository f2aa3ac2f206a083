using AgentPost.Protocol.Smtp.Wire;
using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>The parameters of RCPT: the sender's DSN request (RFC 3461 §4.1, §4.2).</summary>
static class RecipientParameters
{
    const int LongestOriginalRecipient = 500;

    static readonly ParameterTable<RecipientNotice> Table = new(
    [
        ("NOTIFY", (notice, value) => ParseNotify(value) is { } notify ? notice with { Notify = notify } : null),
        ("ORCPT", (notice, value) => value is { Length: <= LongestOriginalRecipient } && OriginalRecipient.Decode(value) is { } original
            ? notice with { OriginalRecipient = original }
            : null),
    ]);

    /// <summary>
    /// Reads all remaining parameters. Returns null if they are valid, otherwise the reply that rejects them.
    /// </summary>
    public static Reply? Parse(ref ArgumentReader reader, out RecipientNotice notice)
    {
        notice = RecipientNotice.None;
        return Table.Parse(ref reader, ref notice);
    }

    // notify-esmtp-value = "NEVER" / 1#notify-list-element; notify-list-element = "SUCCESS" / "FAILURE" / "DELAY"
    static NotifyWhen? ParseNotify(string? value)
    {
        if (value is null || value.Equals("NEVER", StringComparison.OrdinalIgnoreCase))
        {
            return value is null ? null : NotifyWhen.Never;
        }
        var all = NotifyWhen.Never;
        foreach (var element in value.Split(','))
        {
            NotifyWhen? one = element.ToUpperInvariant() switch
            {
                "SUCCESS" => NotifyWhen.Success,
                "FAILURE" => NotifyWhen.Failure,
                "DELAY" => NotifyWhen.Delay,
                _ => null,
            };
            if (one is null)
            {
                return null;
            }
            all |= one.Value;
        }
        return all;
    }
}
