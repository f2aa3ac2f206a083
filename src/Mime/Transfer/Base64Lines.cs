using System.Buffers.Text;

namespace AgentPost.Mime.Transfer;

/// <summary>Encodes base64 in lines of 76 characters (RFC 2045 §6.8).</summary>
static class Base64Lines
{
    /// <summary>Number of input bytes of a full line.</summary>
    public const int Input = 57;

    /// <summary>Number of output bytes of a full line, including its CRLF.</summary>
    public const int Output = 78;

    /// <summary>
    /// Encodes content. Returns the number of bytes written. If more of the same content follows, the length of the
    /// input must be a multiple of <see cref="Input"/>.
    /// </summary>
    public static int Encode(ReadOnlySpan<byte> content, Span<byte> lines)
    {
        var written = 0;
        while (!content.IsEmpty)
        {
            var line = content[..Math.Min(content.Length, Input)];
            content = content[line.Length..];
            Base64.EncodeToUtf8(line, lines[written..], out _, out var count);
            "\r\n"u8.CopyTo(lines[(written + count)..]);
            written += count + 2;
        }
        return written;
    }
}
