using System.Buffers;
using System.Globalization;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>Writes replies in the format of RFC 5321 §4.2.1 and RFC 2034 §4.</summary>
static class ReplyWriter
{
    // RFC 5321 §4.5.3.1.5: a reply line has at most 512 bytes.
    const int MaxTextLength = 480;
    const int MaxLineBytes = 512;

    // Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
    public static void Write(Reply reply, IBufferWriter<byte> output, WireTrace trace)
    {
        for (var index = 0; index < reply.Lines.Count; index++)
        {
            var separator = index < reply.Lines.Count - 1 ? (byte)'-' : (byte)' ';
            var line = output.GetSpan(MaxLineBytes);
            var length = Write(reply, separator, reply.Lines[index], line);
            trace.Server(line[..length]);
            output.Advance(length);
        }
        foreach (var further in reply.Further)
        {
            Write(further, output, trace);
        }
    }

    static int Write(Reply reply, byte separator, string text, Span<byte> line)
    {
        reply.Code.TryFormat(line, out var length, default, CultureInfo.InvariantCulture);
        line[length++] = separator;
        if (reply.Status is not null)
        {
            length += WriteText(reply.Status, line[length..]);
            line[length++] = (byte)' ';
        }
        length += WriteText(text.AsSpan(0, Math.Min(text.Length, MaxTextLength)), line[length..]);
        "\r\n"u8.CopyTo(line[length..]);
        return length + 2;
    }

    // textstring = 1*(%d09 / %d32-126): text that the client sent must not become a reply line of its own.
    static int WriteText(ReadOnlySpan<char> text, Span<byte> line)
    {
        for (var index = 0; index < text.Length; index++)
        {
            line[index] = text[index] is >= ' ' and <= '~' ? (byte)text[index] : (byte)'?';
        }
        return text.Length;
    }
}
