using System.Text;

namespace AgentPost.Store.Spooling;

/// <summary>
/// The header fields that are removed before recipients get the message: those that name hidden recipients, and those
/// meant only for this server.
/// </summary>
static class BlindCopies
{
    public const string IdempotencyKey = "X-AgentPost-Idempotency-Key";

    public static readonly IReadOnlyList<string> FieldNames = ["Bcc", "Resent-Bcc", IdempotencyKey];

    /// <summary>
    /// True if a line of the header starts like such a field. A header without one stays as it is, byte for byte.
    /// </summary>
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
