using System.Text;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

/// <summary>Turns messages written as C# strings into scans, and scans into text that can be compared.</summary>
static class Scanning
{
    /// <summary>The octets of a message written with LF, as it is sent: with CRLF, in UTF-8.</summary>
    public static byte[] Octets(string message) => Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));

    public static MessageScan Scan(string message) => Scan(Octets(message));

    public static MessageScan Scan(byte[] message)
    {
        var scanner = new MessageScanner();
        scanner.Write(message);
        return scanner.Complete();
    }

    public static MessageScan ScanInPieces(byte[] message, IEnumerable<int> lengths)
    {
        var scanner = new MessageScanner();
        var rest = message.AsMemory();
        foreach (var length in lengths)
        {
            var piece = rest[..Math.Min(rest.Length, Math.Max(0, length))];
            scanner.Write(piece.Span);
            rest = rest[piece.Length..];
        }
        scanner.Write(rest.Span);
        return scanner.Complete();
    }

    /// <summary>A header of the given lines and a blank line.</summary>
    public static MessageScan ScanHeader(string lines) => Scan(lines + "\n\n");

    public static string Text(ReadOnlyMemory<byte> octets) => Encoding.UTF8.GetString(octets.Span);

    public static string Body(this MessageScan scan) => Text(scan.BodyStructure);

    /// <summary>Every part in preorder as "number kind: body"; the body of a container is left out.</summary>
    public static string Parts(byte[] message, MimePart root)
    {
        var text = new StringBuilder();
        Append(text, message, root, "");
        return text.ToString().TrimEnd();
    }

    /// <summary>Everything that a scan says.</summary>
    public static string Describe(MessageScan scan)
    {
        var parts = Convert.ToHexString(MimePartCodec.Encode(scan.Root));
        return string.Join('\n', scan.Octets, Text(scan.Header), parts, Text(scan.Envelope), Text(scan.BodyStructure), scan.InternetMessageId,
            string.Join(' ', scan.References), $"{scan.SentAt:O}", scan.Preview, scan.Folded);
    }

    static void Append(StringBuilder text, byte[] message, MimePart part, string number)
    {
        var body = part.Kind == MimePartKind.Leaf ? Escape(message[(int)part.BodyOffset..(int)part.EndOffset]) : "";
        text.Append($"{(number.Length == 0 ? "-" : number)} {part.Kind}: {body}".TrimEnd()).Append('\n');
        for (var i = 0; i < part.Children.Count; i++)
        {
            Append(text, message, part.Children[i], number.Length == 0 ? $"{i + 1}" : $"{number}.{i + 1}");
        }
    }

    static string Escape(byte[] octets) =>
        Encoding.UTF8.GetString(octets).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
