namespace AgentPost.Mime;

/// <summary>Quoted-printable (RFC 2045 §6.7) of text whose lines end in CRLF.</summary>
static class QuotedPrintableEncoder
{
    // With the "=" of a soft break.
    const int MaxLineOctets = 76;

    public static byte[] Encode(ReadOnlySpan<byte> text)
    {
        var output = new List<byte>(text.Length + text.Length / 8);
        var column = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\r' && text[i..].StartsWith("\r\n"u8))
            {
                output.AddRange("\r\n"u8);
                column = 0;
                i++;
                continue;
            }
            var isPlain = IsPlain(text, i, column);
            if (column + (isPlain ? 1 : 3) > MaxLineOctets - 1)
            {
                output.AddRange("=\r\n"u8);
                column = 0;
                isPlain = IsPlain(text, i, column);
            }
            column += isPlain ? 1 : 3;
            if (isPlain)
            {
                output.Add(text[i]);
            }
            else
            {
                output.Add((byte)'=');
                output.AddRange(System.Text.Encoding.ASCII.GetBytes(HexDigits.Write(text[i])));
            }
        }
        return [.. output];
    }

    static bool IsPlain(ReadOnlySpan<byte> text, int i, int column) => text[i] switch
    {
        (byte)'=' => false,
        (byte)' ' or (byte)'\t' => i + 1 < text.Length && text[i + 1] is not ((byte)'\r' or (byte)'\n'),
        // A dot alone on a line, and what mbox files put a ">" before.
        (byte)'.' => column > 0,
        (byte)'F' => column > 0 || !text[i..].StartsWith("From "u8),
        _ => text[i] is > 32 and < 127,
    };
}
