using System.Buffers;
using System.Text;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>Writes replies as RFC 5321 §4.2.1 and RFC 2034 §4 have them.</summary>
static class ReplyWriter
{
    // RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets.
    const int TextLimit = 480;

    // Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
    public static void Write(Reply reply, IBufferWriter<byte> output, WireTrace trace)
    {
        for (var index = 0; index < reply.Lines.Count; index++)
        {
            var separator = index < reply.Lines.Count - 1 ? '-' : ' ';
            var status = reply.Status is null ? "" : reply.Status + " ";
            var line = Encoding.ASCII.GetBytes($"{reply.Code}{separator}{status}{Printable(reply.Lines[index])}\r\n");
            output.Write(line);
            trace.Server(line);
        }
    }

    // textstring = 1*(%d09 / %d32-126): nothing that a client said may become a line of ours.
    static string Printable(string text) =>
        string.Concat(text.Take(TextLimit).Select(character => character is >= ' ' and <= '~' ? character : '?'));
}
