using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Scanning;

/// <summary>
/// Scans a message as its bytes arrive and gathers what a store keeps of it. Input can be split at any byte. Linear
/// time; memory is bounded by headers and the text kept for searching. Accepts any input. One use per instance. Not
/// thread-safe.
/// </summary>
public sealed class MessageScanner
{
    readonly Gatherer _gatherer = new();
    readonly MimeScanner _scanner;

    public MessageScanner()
    {
        _scanner = new MimeScanner(_gatherer);
    }

    public void Write(ReadOnlySpan<byte> octets) => _scanner.Write(octets);

    /// <summary>Ends the message. Call once.</summary>
    /// <param name="read">Reads the message a second time, for content that cannot be interpreted as it arrives. Null:
    /// such content is ignored.</param>
    public MessageScan Complete(ReadOctets? read = null)
    {
        _scanner.Complete();
        var contents = Contents(read);
        var top = _gatherer.Top ?? throw new InvalidOperationException("a message has a header, if an empty one");
        var root = PartTree.Build(_scanner.Parts);
        return new MessageScan
        {
            Octets = root.EndOffset,
            Header = top.Octets,
            Root = root,
            Envelope = top.Envelope,
            BodyStructure = BodyStructureWriter.Render(_scanner.Parts),
            InternetMessageId = top.InternetMessageId,
            References = top.References,
            SentAt = top.SentAt,
            Contents = contents,
            Preview = _gatherer.Text.Preview.ToString(),
            HasHiddenText = _gatherer.Text.Hidden.IsPresent,
            Folded = top.Folded with { Body = CaseFolding.Fold(_gatherer.Text.ToString()) },
        };
    }

    // The reader's result for a part has more detail than the size of the part.
    List<PartContent> Contents(ReadOctets? read)
    {
        var reader = read is null ? null : new ContentReader(read, _gatherer.Text);
        var contents = new List<PartContent>();
        foreach (var part in _scanner.Parts)
        {
            var content = _gatherer.Opaque.Contains(part) ? reader?.Read(part) : null;
            content ??= part.Files.Count > 0 ? new PartContent([], part.EndOffset - part.BodyOffset) { Files = part.Files } : null;
            content ??= part.DecodedSize is { } size ? new PartContent([], size) : null;
            if (content is not null && part.Path is { } path)
            {
                contents.Add(content with { Path = path });
            }
        }
        return contents;
    }

    /// <summary>Collects from headers and bodies what the scan keeps.</summary>
    sealed class Gatherer : IMimeSink
    {
        /// <summary>
        /// Limit for the rendered fields of all parts. After it is reached, the remaining parts show only type and
        /// encoding.
        /// </summary>
        const int MaxRenderedOctets = 4 << 20;

        static readonly HeaderBlock NoFields = new();

        readonly TextExtractor _extractor;
        int _rendered;

        // Counter for the current part if it is an encoded attachment; otherwise null.
        DecodedSize? _size;

        public Gatherer()
        {
            _extractor = new TextExtractor(Text);
        }

        public SearchText Text { get; } = new();
        public TopHeader? Top { get; private set; }

        /// <summary>Parts to read after the message is complete.</summary>
        public HashSet<ScannedPart> Opaque { get; } = [];

        public void HeaderEnded(ScannedPart part, HeaderBlock header)
        {
            _extractor.Drop();
            var disposition = ContentDisposition.Read(header);
            var fileName = HeaderText.FileName(disposition, part.Type);
            if (part.Parent is null)
            {
                Top = TopHeader.Read(header);
            }
            else if (part.Parent.Kind == MimePartKind.Message)
            {
                KeepMessageWithin(part.Parent, header);
            }
            else if (fileName is not null)
            {
                Text.Append(fileName);
                Text.EndPart();
            }
            if (ContentReader.IsFor(part, disposition) && Opaque.Count < ContentReader.MaxParts)
            {
                Opaque.Add(part);
            }
            _size = IsEncodedAttachment(part, disposition, fileName) ? new(part.Encoding) : null;
            KeepFields(part, header);
            if (part.Kind == MimePartKind.Leaf && part.Type.IsText)
            {
                _extractor.Begin(part, disposition);
            }
        }

        public void Body(ScannedPart part, ReadOnlySpan<byte> octets)
        {
            if (part.Kind == MimePartKind.Multipart)
            {
                _extractor.Preamble(part);
            }
            _extractor.Write(octets);
            _size?.Write(octets);
        }

        public void Ended(ScannedPart part)
        {
            if (part.FinalKind == MimePartKind.Leaf)
            {
                _extractor.End();
            }
            if (_size is not null)
            {
                part.DecodedSize = _size.Complete();
                _size = null;
            }
        }

        // Same condition as BodyPart.IsAttachment.
        static bool IsEncodedAttachment(ScannedPart part, ContentDisposition? disposition, string? fileName) =>
            part.Kind == MimePartKind.Leaf && DecodedSize.IsFor(part.Encoding)
            && (fileName is not null || disposition is { IsAttachment: true } || part.Type is not { Type: "TEXT", Subtype: "PLAIN" or "HTML" });

        void KeepMessageWithin(ScannedPart holder, HeaderBlock header)
        {
            if (!Text.IsFull)
            {
                Text.Append(HeaderText.Lines(header));
            }
            if (_rendered < MaxRenderedOctets)
            {
                var envelope = Envelope.Render(header);
                holder.Fields = holder.Fields with { Envelope = envelope };
                _rendered += envelope.Length;
            }
        }

        void KeepFields(ScannedPart part, HeaderBlock header)
        {
            var hasRoom = _rendered < MaxRenderedOctets;
            var type = hasRoom ? part.Type : part.Type with { Parameters = [] };
            part.Fields = RenderedFields.Render(hasRoom ? header : NoFields, type, part.Kind, part.Encoding == TransferEncodings.Read(header) ? TransferEncodings.Token(header) : "");
            _rendered += part.Fields.Head.Length + part.Fields.Extension.Length;
        }
    }
}
