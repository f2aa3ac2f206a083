using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>
/// <c>BINARY[part]&lt;partial&gt;</c> (RFC 3516 §4.2): the decoded part. The message itself and multiparts are not
/// decoded.
/// </summary>
/// <param name="Label">The item's name in the response.</param>
/// <param name="Partial">Wanted range of the decoded part, in bytes; null for all.</param>
sealed record BinaryItem(string Label, Section Section, OctetRange? Partial, SeenEffect Seen) : FetchItem
{
    public override MessageColumns Columns => MessageColumns.Parts | MessageColumns.Octets;

    public override bool SetsSeen => Seen is SeenEffect.Sets;

    public override bool CanDecode(FetchedMessage message) => BinaryPart.CanDecode(Section, message);

    public override ValueTask WriteAsync(FetchOutput output, FetchedMessage message, CancellationToken cancellation)
    {
        output.Writer.Atom(Label).Sp();
        if (BinaryPart.FindEncoded(Section, message) is { } part)
        {
            return new DecodedOctets(output, message.Row, part).WriteAsync(Partial ?? new(0, long.MaxValue), cancellation);
        }
        if (Section.Locate(message.Root) is not { } range)
        {
            output.Writer.Nil();
            return ValueTask.CompletedTask;
        }
        return MessageOctets.WriteLiteralAsync(output, message.Row, range.Part(Partial), cancellation);
    }
}

/// <summary>
/// <c>BINARY.SIZE[part]</c> (RFC 3516 §4.2): size of the decoded part in bytes; 0 if there is no such part.
/// </summary>
sealed record BinarySizeItem(string Label, Section Section) : FetchItem
{
    public override MessageColumns Columns => MessageColumns.Parts | MessageColumns.Octets;

    public override bool CanDecode(FetchedMessage message) => BinaryPart.CanDecode(Section, message);

    public override async ValueTask WriteAsync(FetchOutput output, FetchedMessage message, CancellationToken cancellation)
    {
        var octets = BinaryPart.FindEncoded(Section, message) is { } part
            ? await new DecodedOctets(output, message.Row, part).MeasureAsync(cancellation)
            : Section.Locate(message.Root)?.Octets ?? 0;
        output.Writer.Atom(Label).Sp().Number(octets);
    }
}

/// <summary>Finds the part of a BINARY item, and whether it must be decoded.</summary>
static class BinaryPart
{
    public static bool CanDecode(Section section, FetchedMessage message) =>
        Find(section, message) is not { } part || DecodedOctets.EncodingOf(part) is not ContentTransferEncoding.Unknown;

    /// <summary>Returns the part if decoding changes its bytes; otherwise null.</summary>
    public static MimePart? FindEncoded(Section section, FetchedMessage message) =>
        Find(section, message) is { } part && DecodedOctets.EncodingOf(part) is ContentTransferEncoding.Base64 or ContentTransferEncoding.QuotedPrintable
            ? part
            : null;

    // BINARY[] is the message with its header, which is not encoded.
    static MimePart? Find(Section section, FetchedMessage message) => section.Path.Count == 0 ? null : section.FindPart(message.Root);
}
