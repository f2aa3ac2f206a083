using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>
/// Bytes of a message: <c>BODY[section]&lt;partial&gt;</c>, and the RFC822 items, which are older names for it.
/// </summary>
/// <param name="Label">The item's name in the response.</param>
/// <param name="Partial">Wanted range of the section, in bytes; null for all.</param>
sealed record BodySectionItem(string Label, Section Section, OctetRange? Partial, SeenEffect Seen) : FetchItem
{
    bool IsOfTopHeader => Section.Path.Count == 0 && (Section.Text is SectionText.Header || IsFiltered);

    bool IsWholeMessage => Section.Path.Count == 0 && Section.Text is SectionText.Whole;

    bool IsFiltered => Section.Text is SectionText.HeaderFields or SectionText.HeaderFieldsNot;

    // Items from the top header do not read the body, unless the header is longer than the stored copy of it.
    public override MessageColumns Columns =>
        IsOfTopHeader ? MessageColumns.Header | MessageColumns.Parts
        : IsWholeMessage && Partial?.Offset >= MessageOctets.InRow ? MessageColumns.Size
        : IsWholeMessage ? MessageColumns.Size | MessageColumns.Octets
        : MessageColumns.Parts | MessageColumns.Octets;

    public override bool SetsSeen => Seen is SeenEffect.Sets;

    public override ValueTask WriteAsync(FetchOutput output, FetchedMessage message, CancellationToken cancellation)
    {
        output.Writer.Atom(Label).Sp();
        if (IsOfTopHeader && IsWholeHeader(message.Row))
        {
            WriteHeader(output, message.Row.Header.Span);
            return ValueTask.CompletedTask;
        }
        var range = IsWholeMessage ? new OctetRange(0, message.Row.Size) : Section.Locate(message.Root);
        if (range is not { } located)
        {
            output.Writer.Nil();
            return ValueTask.CompletedTask;
        }
        return IsFiltered
            ? WriteFilteredAsync(output, message.Row, located, cancellation)
            : MessageOctets.WriteLiteralAsync(output, message.Row, located.Part(Partial), cancellation);
    }

    static bool IsWholeHeader(MessageRow row) => row.Header.Length < MessageScan.MaxHeaderOctets;

    async ValueTask WriteFilteredAsync(FetchOutput output, MessageRow row, OctetRange header, CancellationToken cancellation) =>
        WriteHeader(output, (await MessageOctets.ReadAsync(output.Octets, row, header, cancellation)).Span);

    void WriteHeader(FetchOutput output, ReadOnlySpan<byte> header)
    {
        if (IsFiltered)
        {
            var scratch = output.Scratch();
            var filter = Section.Text is SectionText.HeaderFields ? HeaderFilter.Only : HeaderFilter.AllBut;
            HeaderFields.Filter(header, Section.FieldNames, filter, scratch);
            header = scratch.WrittenSpan;
        }
        var wanted = new OctetRange(0, header.Length).Part(Partial);
        output.Writer.LiteralHeader(wanted.Octets).Raw(header.Slice((int)wanted.Offset, (int)wanted.Octets));
    }
}

/// <summary>Effect of fetching an item on <c>\Seen</c>.</summary>
enum SeenEffect
{
    Leaves,
    Sets,
}
