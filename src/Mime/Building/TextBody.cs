using System.Text;

namespace AgentPost.Mime;

/// <summary>A text as it is sent: lines end in CRLF, the last one too, in the encoding that fits the content best.</summary>
readonly record struct TextBody(byte[] Octets, string Charset, string Encoding)
{
    /// <summary>Octets of a line that may be sent as it is (RFC 5322 §2.1.1).</summary>
    const int MaxLineOctets = 998;

    public static TextBody Of(string text)
    {
        var octets = System.Text.Encoding.UTF8.GetBytes(WithLineEnds(text));
        if (IsSevenBit(octets))
        {
            return new TextBody(octets, "us-ascii", "7bit");
        }
        var charset = Ascii.IsValid(octets) ? "us-ascii" : "utf-8";
        var quotedPrintable = QuotedPrintableEncoder.Encode(octets);
        return quotedPrintable.Length <= octets.Length / 57 * 78 + 80
            ? new TextBody(quotedPrintable, charset, "quoted-printable")
            : new TextBody(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks) + "\r\n"), charset, "base64");
    }

    static string WithLineEnds(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n";
    }

    // A line that begins with "--=_" could be a delimiter of ours, one with "From " grows a ">" in mbox files.
    static bool IsSevenBit(ReadOnlySpan<byte> octets)
    {
        foreach (var range in octets.Split((byte)'\n'))
        {
            var line = octets[range];
            if (line.Length > MaxLineOctets + 1 || line.ContainsAnyExceptInRange((byte)1, (byte)127) || line.StartsWith("--=_"u8) || line.StartsWith("From "u8))
            {
                return false;
            }
        }
        return true;
    }
}
