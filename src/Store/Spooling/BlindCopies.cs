using System.Text;

namespace AgentPost.Store.Spooling;

/// <summary>The fields that recipients do not get: those that name recipients whom the others must not see, and what was said to this server alone.</summary>
static class BlindCopies
{
    public const string IdempotencyKey = "X-AgentPost-Idempotency-Key";

    public static readonly IReadOnlyList<string> FieldNames = ["Bcc", "Resent-Bcc", IdempotencyKey];

    /// <summary>Whether a line of the header begins like such a field; a header without any is left alone octet for octet.</summary>
    public static bool IsIn(ReadOnlySpan<byte> header)
    {
        foreach (var line in header.Split((byte)'\n'))
        {
            if (BeginsWith(header[line], "Bcc") || BeginsWith(header[line], "Resent-Bcc") || BeginsWith(header[line], IdempotencyKey))
            {
                return true;
            }
        }
        return false;
    }

    static bool BeginsWith(ReadOnlySpan<byte> line, string name) => line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
}
