using System.Text;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests.Fuzzing;

/// <summary>What holds of the scan of any octets whatever.</summary>
static class ScanLaws
{
    /// <summary>The law that is broken; null when none is.</summary>
    public static string? Breach(byte[] message)
    {
        try
        {
            var scan = Scanning.Scan(message);
            return OfScan(message, scan) ?? OfPieces(message, scan);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e.ToString();
        }
    }

    static string? OfScan(byte[] message, MessageScan scan) => scan switch
    {
        _ when scan.Octets != message.Length || scan.Root.EndOffset != message.Length => "not all octets are in the message",
        _ when !IsOrdered(scan.Root) => "parts overlap",
        _ when !scan.Header.Span.SequenceEqual(message.AsSpan(0, (int)Math.Min(scan.Root.BodyOffset, MessageScan.MaxHeaderOctets))) => "the header is not that of the message",
        _ when !ImapSyntax.IsEnvelope(scan.Envelope.Span) => "ENVELOPE against the grammar",
        _ when !ImapSyntax.IsBodyStructure(scan.BodyStructure.Span) => "BODYSTRUCTURE against the grammar",
        _ when BodyParts.Read(scan.BodyStructure.Span).Any(part => new Section(part.Path, SectionText.Whole, []).FindPart(scan.Root) is null or { Kind: MimePartKind.Multipart }) =>
            "BODYSTRUCTURE tells of parts that are not there",
        _ when !IsStorable(scan.Preview + scan.InternetMessageId + scan.Folded + TextsOf(scan) + string.Concat(BodyParts.Read(scan.BodyStructure.Span))) => "text that no database takes",
        _ when scan.Preview.Length > 200 => "a preview that is too long",
        _ => null,
    };

    // Cut at places that depend on the message only, so that a breach can be seen again.
    static string? OfPieces(byte[] message, MessageScan whole)
    {
        var cuts = new Random(message.Length);
        var pieces = Scanning.ScanInPieces(message, Enumerable.Range(0, 200).Select(_ => cuts.Next(1, 30)));
        return Scanning.Describe(pieces) == Scanning.Describe(whole) ? null : "the scan in pieces is another";
    }

    static bool IsStorable(string text) =>
        !text.Contains('\0') && text.EnumerateRunes().Sum(r => r.Utf16SequenceLength) == text.Length && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    static string TextsOf(MessageScan scan) => string.Concat(Enum.GetValues<EnvelopeField>().Select(field => field is >= EnvelopeField.From and <= EnvelopeField.Bcc
        ? string.Concat(EnvelopeReader.Addresses(scan.Envelope.Span, field))
        : EnvelopeReader.Text(scan.Envelope.Span, field)));

    static bool IsOrdered(MimePart part)
    {
        var from = part.BodyOffset;
        foreach (var child in part.Children)
        {
            if (child.HeaderOffset < from || child.EndOffset > part.EndOffset || !IsOrdered(child))
            {
                return false;
            }
            from = child.EndOffset;
        }
        return part.HeaderOffset <= part.BodyOffset && part.BodyOffset <= part.EndOffset;
    }
}
