using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Conversion;

/// <summary>Finds, during the scan of a message, the changes after which nothing in it is binary.</summary>
sealed class EncodingChanges : IMimeSink
{
    static ReadOnlySpan<byte> FieldName => "Content-Transfer-Encoding"u8;

    readonly List<OctetChange> _changes = [];

    // The encoding declarations of the part whose header was read last; one in a valid part.
    readonly List<(long From, long To)> _declarations = [];
    LineEndCheck _body = new();
    bool _isComposite;
    bool _isHeaderWhole;

    /// <summary>The changes in the order of the message; they do not overlap.</summary>
    public IReadOnlyList<OctetChange> All => _changes;

    /// <summary>True if a part would have to declare an encoding and cannot.</summary>
    public bool IsImpossible { get; private set; }

    public void HeaderEnded(ScannedPart part, HeaderBlock header)
    {
        FindDeclarations(part, header);
        _isHeaderWhole = part.BodyOffset - part.HeaderOffset == header.Octets.Length && header.Octets.EndsWith("\r\n"u8);
        // Not the part's own type, which is text for a multipart that cannot be split.
        _isComposite = ContentType.Read(header, part.Parent?.Type).Type is "MULTIPART" or "MESSAGE";
        _body = new LineEndCheck();
        if (_isComposite && part.Encoding == ContentTransferEncoding.Binary)
        {
            Declare(part, "8bit");
        }
    }

    public void Body(ScannedPart leaf, ReadOnlySpan<byte> octets) => _body.Write(octets);

    public void Ended(ScannedPart part)
    {
        if (part.Kind != MimePartKind.Leaf || _isComposite)
        {
            return;
        }
        _body.Complete();
        if (part.Encoding == ContentTransferEncoding.Binary || (IsPlain(part) && _body.Fault != LineFault.None))
        {
            Declare(part, "base64");
            _changes.Add(new(part.BodyOffset, part.EndOffset, null));
        }
    }

    void FindDeclarations(ScannedPart part, HeaderBlock header)
    {
        _declarations.Clear();
        var reader = new HeaderFieldReader(header.Octets);
        while (reader.Read())
        {
            if (Ascii.EqualsIgnoreCase(reader.Name, FieldName))
            {
                var from = part.HeaderOffset + reader.Offset + reader.Field.Length - reader.Value.Length;
                _declarations.Add((from, from + reader.Value.TrimEnd("\r\n"u8).Length));
            }
        }
    }

    void Declare(ScannedPart part, string encoding)
    {
        if (!_isHeaderWhole || IsFixed(part))
        {
            IsImpossible = true;
            return;
        }
        foreach (var (from, to) in _declarations)
        {
            _changes.Add(new(from, to, Encoding.ASCII.GetBytes($" {encoding}")));
        }
        if (_declarations.Count == 0)
        {
            // Insert before the blank line.
            var end = part.BodyOffset - 2;
            _changes.Add(new(end, end, [.. FieldName, .. Encoding.ASCII.GetBytes($": {encoding}\r\n")]));
        }
    }

    // No byte that a signature covers may change (RFC 1847 §2.1). The same applies to multiparts and messages that are
    // encoded as a whole, against RFC 2045 §6.4.
    static bool IsFixed(ScannedPart part)
    {
        for (var around = part.Parent; around is not null; around = around.Parent)
        {
            if (around.Type is { IsMultipart: true, Subtype: "SIGNED" } || !IsPlain(around))
            {
                return true;
            }
        }
        return false;
    }

    static bool IsPlain(ScannedPart part) =>
        part.Encoding is ContentTransferEncoding.SevenBit or ContentTransferEncoding.EightBit or ContentTransferEncoding.Binary;
}
