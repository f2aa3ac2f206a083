using System.Buffers;
using System.Text;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Writes header fields in canonical form (RFC 6376 §3.4.1, §3.4.2).</summary>
static class CanonicalField
{
    /// <param name="field">The whole field. A CRLF at its end is ignored.</param>
    /// <param name="output">Receives the canonical field without a line end.</param>
    public static void Write(ReadOnlySpan<byte> field, Canonicalization canonicalization, IBufferWriter<byte> output)
    {
        field = field.EndsWith("\r\n"u8) ? field[..^2] : field;
        if (canonicalization == Canonicalization.Simple)
        {
            output.Write(field);
            return;
        }
        var colon = field.IndexOf((byte)':');
        WriteName(field[..colon].TrimEnd(" \t"u8), output);
        WriteValue(field[(colon + 1)..], output);
    }

    static void WriteName(ReadOnlySpan<byte> name, IBufferWriter<byte> output)
    {
        Ascii.ToLower(name, output.GetSpan(name.Length + 1), out var octets);
        output.Advance(octets);
        output.Write(":"u8);
    }

    // Unfolds the value, reduces runs of whitespace to one space, and removes whitespace at both ends.
    static void WriteValue(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        var isFirst = true;
        while (TakeWord(ref value) is { IsEmpty: false } word)
        {
            output.Write(isFirst ? [] : " "u8);
            output.Write(word);
            isFirst = false;
        }
    }

    static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> value)
    {
        value = value.TrimStart(" \t\r\n"u8);
        var end = value.IndexOfAny(" \t\r\n"u8);
        // A lone CR or LF counts as whitespace here too.
        var word = end < 0 ? value : value[..end];
        value = value[word.Length..];
        return word;
    }
}
