using System.Buffers;
using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// Checks the characters and the folding of a structured field, by the strict rules of RFC 5322 §2.2.3 and RFC 6532
/// §3.2.
/// </summary>
static class FieldText
{
    /// <summary>
    /// Returns the first thing in the value (including its line end) that readers can interpret differently; null if
    /// there is none.
    /// </summary>
    public static string? Fault(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            if (value[0] is (byte)'\r' or (byte)'\n')
            {
                if (FoldFault(value) is { } fold)
                {
                    return fold;
                }
                value = value[2..];
                continue;
            }
            if (Rune.DecodeFromUtf8(value, out var rune, out var length) != OperationStatus.Done)
            {
                return "has bytes that are not UTF-8";
            }
            if (IsControl(rune))
            {
                return "has a control character";
            }
            value = value[length..];
        }
        return null;
    }

    /// <summary>Returns the value without its line ends. It must not have a <see cref="Fault"/>.</summary>
    public static ReadOnlySpan<byte> Unfold(ReadOnlySpan<byte> value) => Unfolding.Unfold(value);

    public static bool IsControl(char character) =>
        IsControl(Rune.TryCreate(character, out var rune) ? rune : Rune.ReplacementChar);

    // Some programs treat U+0085, U+2028 and U+2029 as line ends.
    static bool IsControl(Rune rune) => rune.Value != '\t'
        && Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // FWS = ([*WSP CRLF] 1*WSP). For some programs, a continuation line of only whitespace (obs-FWS) ends the header.
    static string? FoldFault(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith("\r\n"u8))
        {
            return "has a CR or LF alone";
        }
        var rest = value[2..].TrimStart(" \t"u8);
        return value.Length > 2 && (rest.IsEmpty || rest[0] is (byte)'\r' or (byte)'\n')
            ? "has a line of blanks alone"
            : null;
    }
}
