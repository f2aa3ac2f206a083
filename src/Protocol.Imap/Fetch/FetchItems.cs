using System.Text;
using AgentPost.Mime.Structure;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.View;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>The data items of FETCH, one row each, and the macros.</summary>
static class FetchItems
{
    public static readonly FetchItem Uid =
        new PlainItem("UID", MessageColumns.None, (output, message) => output.Writer.Number(message.Entry.Uid.Value));

    public static readonly FetchItem Flags =
        new PlainItem("FLAGS", MessageColumns.None, (output, message) =>
            output.Writer.MessageFlags(message.Entry.Flags, message.Entry.Keywords, message.IsRecent));

    /// <summary>fetch-mod-resp = "MODSEQ" SP "(" permsg-modsequence ")" (RFC 7162 §7)</summary>
    public static readonly FetchItem ModSeq =
        new PlainItem("MODSEQ", MessageColumns.None, (output, message) => output.Writer.Open().Number(message.Entry.ModSeq.Value).Close());

    static readonly FetchItem InternalDate =
        new PlainItem("INTERNALDATE", MessageColumns.InternalAt, (output, message) => output.Writer.DateTime(message.Row.InternalAt));

    static readonly FetchItem Size =
        new PlainItem("RFC822.SIZE", MessageColumns.Size, (output, message) => output.Writer.Number(message.Row.Size));

    static readonly FetchItem SaveDate =
        new PlainItem("SAVEDATE", MessageColumns.SavedAt, (output, message) => output.Writer.DateTime(message.Row.SavedAt));

    // Every row contains the message id, but a column must be requested to read a row.
    static readonly FetchItem EmailId =
        new PlainItem("EMAILID", MessageColumns.Size, (output, message) => output.Writer.Open().Atom(message.Row.MessageId.ToString()).Close());

    static readonly FetchItem ThreadId =
        new PlainItem("THREADID", MessageColumns.ThreadId, (output, message) => output.Writer.Open().Atom(message.Row.ThreadId.ToString()).Close());

    static readonly FetchItem Preview =
        new PlainItem("PREVIEW", MessageColumns.Preview, (output, message) => output.Writer.String(message.Row.Preview));

    static readonly FetchItem Envelope =
        new PlainItem("ENVELOPE", MessageColumns.Envelope, (output, message) => output.Writer.Raw(message.Row.Envelope.Span));

    static readonly FetchItem BodyStructure =
        new PlainItem("BODYSTRUCTURE", MessageColumns.BodyStructure, (output, message) => output.Writer.Raw(message.Row.BodyStructure.Span));

    static readonly FetchItem Body = new PlainItem("BODY", MessageColumns.BodyStructure, WriteBody);

    static readonly Section Whole = new([], SectionText.Whole, []);

    static readonly Dictionary<string, FetchItem> Rows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UID"] = Uid,
        ["FLAGS"] = Flags,
        ["MODSEQ"] = ModSeq,
        ["INTERNALDATE"] = InternalDate,
        ["RFC822.SIZE"] = Size,
        ["SAVEDATE"] = SaveDate,
        ["EMAILID"] = EmailId,
        ["THREADID"] = ThreadId,
        ["ENVELOPE"] = Envelope,
        ["BODY"] = Body,
        ["BODYSTRUCTURE"] = BodyStructure,
        ["RFC822"] = new BodySectionItem("RFC822", Whole, null, SeenEffect.Sets),
        ["RFC822.HEADER"] = new BodySectionItem("RFC822.HEADER", new([], SectionText.Header, []), null, SeenEffect.Leaves),
        ["RFC822.TEXT"] = new BodySectionItem("RFC822.TEXT", new([], SectionText.Text, []), null, SeenEffect.Sets),
        // Outlook still requests this item of IMAP4 before rev1.
        ["RFC822.PEEK"] = new BodySectionItem("RFC822", Whole, null, SeenEffect.Leaves),
    };

    // Matched by prefix. If two start alike, the longer one comes first.
    static readonly (byte[] Start, ItemParse Parse)[] WithArguments =
    [
        ("BODY["u8.ToArray(), (ref parser) => SectionSpec.Parse(ref parser, SeenEffect.Sets)),
        ("BODY.PEEK["u8.ToArray(), (ref parser) => SectionSpec.Parse(ref parser, SeenEffect.Leaves)),
        ("BINARY["u8.ToArray(), (ref parser) => SectionSpec.ParseBinary(ref parser, SeenEffect.Sets)),
        ("BINARY.PEEK["u8.ToArray(), (ref parser) => SectionSpec.ParseBinary(ref parser, SeenEffect.Leaves)),
        ("BINARY.SIZE["u8.ToArray(), (ref parser) => SectionSpec.ParseBinarySize(ref parser)),
        ("PREVIEW"u8.ToArray(), (ref parser) => ParsePreview(ref parser)),
        // Items of IMAP4 before rev1 (RFC 1730 §6.4.5), which some old clients still use.
        ("RFC822.HEADER.LINES.NOT"u8.ToArray(), (ref parser) => SectionSpec.ParseHeaderLines(ref parser, SectionText.HeaderFieldsNot)),
        ("RFC822.HEADER.LINES"u8.ToArray(), (ref parser) => SectionSpec.ParseHeaderLines(ref parser, SectionText.HeaderFields)),
    ];

    static readonly Dictionary<string, FetchItem[]> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["FAST"] = [Flags, InternalDate, Size],
        ["ALL"] = [Flags, InternalDate, Size, Envelope],
        ["FULL"] = [Flags, InternalDate, Size, Envelope, Body],
    };

    /// <summary>Parses the rest of an item, after its prefix.</summary>
    delegate FetchItem ItemParse(ref CommandParser parser);

    /// <summary>fetch = … ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")</summary>
    public static IReadOnlyList<FetchItem> Parse(ref CommandParser parser)
    {
        if (!parser.TryOpen())
        {
            return ParseMacro(ref parser) ?? [ParseItem(ref parser)];
        }
        var items = new List<FetchItem>();
        do
        {
            // Some clients put a macro into a list of items.
            items.AddRange(ParseMacro(ref parser) ?? [ParseItem(ref parser)]);
        }
        while (parser.TrySp());
        parser.Close();
        return items;
    }

    static FetchItem[]? ParseMacro(ref CommandParser parser)
    {
        if (!Macros.TryGetValue(Encoding.ASCII.GetString(parser.PeekAtom()), out var items))
        {
            return null;
        }
        parser.AtomOctets();
        return items;
    }

    /// <summary>
    /// fetch-att = name / "BODY" [".PEEK"] section ["&lt;" number "." nz-number "&gt;"] / "BINARY" [".PEEK"]
    /// section-binary [partial] / "BINARY.SIZE" section-binary / "PREVIEW" […]
    /// </summary>
    static FetchItem ParseItem(ref CommandParser parser)
    {
        foreach (var (start, parse) in WithArguments)
        {
            if (parser.TryPrefix(start))
            {
                return parse(ref parser);
            }
        }
        var name = parser.Atom();
        return Rows.TryGetValue(name, out var item) ? item : throw new SyntaxException($"Unknown FETCH item {name}");
    }

    /// <summary>
    /// [SP "(" "LAZY" *(SP "LAZY") ")"]: previews are created when messages arrive, so they are always available
    /// (RFC 8970 §4.1).
    /// </summary>
    static FetchItem ParsePreview(ref CommandParser parser)
    {
        // Anything else in parentheses here is the modifiers of FETCH (RFC 4466 §2.4).
        var ahead = parser;
        if (!ahead.TrySp() || !ahead.TryOpen() || !ahead.TryAtom("LAZY"u8))
        {
            return Preview;
        }
        parser = ahead;
        while (parser.TrySp())
        {
            if (!parser.TryAtom("LAZY"u8))
            {
                throw parser.Expected("LAZY");
            }
        }
        parser.Close();
        return Preview;
    }

    static void WriteBody(FetchOutput output, FetchedMessage message)
    {
        var scratch = output.Scratch();
        BodyStructures.WriteBody(message.Row.BodyStructure.Span, scratch);
        output.Writer.Raw(scratch.WrittenSpan);
    }
}
