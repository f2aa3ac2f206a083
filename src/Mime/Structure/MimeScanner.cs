using AgentPost.Mime.Headers;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// Finds the structure of a message (RFC 2046 §5.1) in bytes that arrive in pieces of any size. A line ends with LF or
/// CRLF. A possible delimiter, and the line end before it, is held back until it is decided. The number of held bytes,
/// the depth and the number of parts are bounded.
/// </summary>
/// <remarks>
/// A delimiter line is "--", the boundary, for the last one "--" again, then only whitespace. It is compared with the
/// boundaries of all open multiparts, innermost first. A header without its blank line ends at the next delimiter of an
/// enclosing multipart. The file is long because all steps advance one state, which can stop at any byte.
/// </remarks>
sealed class MimeScanner
{
    public const int MaxDepth = 100;
    public const int MaxParts = 10_000;

    /// <summary>
    /// Maximum length of a delimiter line in bytes: the boundary, four dashes, and room for whitespace.
    /// </summary>
    const int MaxDelimiterOctets = 512;

    readonly IMimeSink _sink;
    readonly HeaderBlock _header = new();
    readonly List<ScannedPart> _parts = [];
    readonly List<ScannedPart> _open = [];
    readonly OpenBoundaries _boundaries = new();
    readonly byte[] _held = new byte[MaxDelimiterOctets + 3];
    int _heldOctets;

    // The number of held bytes that are the line end before a possible delimiter.
    int _heldLineEnd;
    Place _place;
    bool _inHeader;

    // Offset of the first held byte, or of the next byte if none is held.
    long _position;
    long _lines;

    public MimeScanner(IMimeSink sink)
    {
        _sink = sink;
        StartPart(null);
    }

    enum Place : byte
    {
        LineStart,
        Line,
        CarriageReturn,
    }

    /// <summary>The parts in preorder; complete after <see cref="Complete"/>.</summary>
    public IReadOnlyList<ScannedPart> Parts => _parts;

    ScannedPart Current => _open[^1];

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var taken = _place switch
            {
                Place.Line => ReadLine(octets),
                Place.CarriageReturn => ReadAfterCarriageReturn(octets),
                _ => ReadLineStart(octets),
            };
            octets = octets[taken..];
        }
    }

    public void Complete()
    {
        if (IsDelimiterCandidate() && FindDelimiter() is { } delimiter)
        {
            Take(delimiter, []);
        }
        PassHeld(_heldOctets);
        CloseAbove(-1);
    }

    // Inside a line; nothing is held.
    int ReadLine(ReadOnlySpan<byte> octets)
    {
        var lineFeed = FindLineEnd(octets);
        if (lineFeed >= 0)
        {
            var lineEnd = lineFeed > 0 && octets[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
            Pass(octets[..lineEnd]);
            StartLine(octets[lineEnd..(lineFeed + 1)]);
            return lineFeed + 1;
        }
        if (octets[^1] == '\r')
        {
            Pass(octets[..^1]);
            Hold(octets[^1..]);
            _place = Place.CarriageReturn;
        }
        else
        {
            Pass(octets);
        }
        return octets.Length;
    }

    // Finds the LF before the next relevant line; in a body, only possible delimiters are relevant.
    int FindLineEnd(ReadOnlySpan<byte> octets)
    {
        if (_inHeader)
        {
            return octets.IndexOf((byte)'\n');
        }
        if (_boundaries.Count == 0)
        {
            return -1;
        }
        var found = octets.IndexOf("\n--"u8);
        if (found >= 0)
        {
            return found;
        }
        if (octets[^1] == '\n')
        {
            return octets.Length - 1;
        }
        return octets.EndsWith("\n-"u8) ? octets.Length - 2 : -1;
    }

    int ReadAfterCarriageReturn(ReadOnlySpan<byte> octets)
    {
        if (octets[0] != '\n')
        {
            PassHeld(_heldOctets);
            _place = Place.Line;
            return 0;
        }
        Hold(octets[..1]);
        _heldLineEnd = _heldOctets;
        _place = Place.LineStart;
        return 1;
    }

    int ReadLineStart(ReadOnlySpan<byte> octets)
    {
        if (IsDelimiterCandidate())
        {
            return ReadDelimiterCandidate(octets);
        }
        var line = HeldLine;
        var next = octets[0];
        if (_inHeader && next == '\n' && (line.IsEmpty || line.SequenceEqual("\r"u8)))
        {
            Hold(octets[..1]);
            PassHeld(_heldOctets);
            EndHeader();
            return 1;
        }
        var mayBeDelimiter = next == '-' && _boundaries.Count > 0 && (line.IsEmpty || line[0] == '-');
        var mayBeBlank = next == '\r' && _inHeader && line.IsEmpty;
        if (mayBeDelimiter || mayBeBlank)
        {
            Hold(octets[..1]);
            return 1;
        }
        PassHeld(_heldOctets);
        _place = Place.Line;
        return 0;
    }

    ReadOnlySpan<byte> HeldLine => _held.AsSpan(_heldLineEnd, _heldOctets - _heldLineEnd);

    bool IsDelimiterCandidate() => HeldLine.StartsWith("--"u8);

    int ReadDelimiterCandidate(ReadOnlySpan<byte> octets)
    {
        var room = MaxDelimiterOctets - HeldLine.Length;
        var window = octets[..Math.Min(octets.Length, room)];
        var lineFeed = window.IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            Hold(window);
            if (window.Length == room)
            {
                RejectCandidate();
            }
            return window.Length;
        }
        Hold(window[..lineFeed]);
        if (FindDelimiter() is not { } delimiter)
        {
            RejectCandidate();
            return lineFeed;
        }
        Take(delimiter, "\n"u8);
        return lineFeed + 1;
    }

    // The line is not a delimiter. A CR at its end may belong to the line end before the next line.
    void RejectCandidate()
    {
        var endsInCarriageReturn = _held[_heldOctets - 1] == '\r';
        PassHeld(endsInCarriageReturn ? _heldOctets - 1 : _heldOctets);
        _place = endsInCarriageReturn ? Place.CarriageReturn : Place.Line;
    }

    Delimiter? FindDelimiter()
    {
        var line = HeldLine[2..].TrimEnd(" \t\r"u8);
        var mayOpen = _boundaries.MayContain(line);
        var mayClose = line.EndsWith("--"u8) && _boundaries.MayContain(line[..^2]);
        if (!mayOpen && !mayClose)
        {
            return null;
        }
        for (var level = _open.Count - 1; level >= 0; level--)
        {
            if (_open[level].Boundary is not { } boundary || line.Length - boundary.Length is not (0 or 2) || !line.StartsWith(boundary))
            {
                continue;
            }
            if (line.Length == boundary.Length && _parts.Count < MaxParts)
            {
                return new Delimiter(level, IsClose: false);
            }
            if (mayClose && line.Length > boundary.Length)
            {
                return new Delimiter(level, IsClose: true);
            }
        }
        return null;
    }

    void Take(Delimiter delimiter, ReadOnlySpan<byte> lineFeed)
    {
        CloseAbove(delimiter.Level);
        if (!delimiter.IsClose)
        {
            Hold(lineFeed);
            SkipHeld(_heldOctets);
            StartPart(_open[delimiter.Level]);
            return;
        }
        // The line end of a close-delimiter stays held, because it belongs to a delimiter that may follow.
        SkipHeld(_held[_heldOctets - 1] == '\r' ? _heldOctets - 1 : _heldOctets);
        Hold(lineFeed);
        _heldLineEnd = _heldOctets;
        _place = Place.LineStart;
        Forget(_open[delimiter.Level]);
    }

    // Ends all parts deeper than the level, at the offset of the first held byte.
    void CloseAbove(int level)
    {
        while (_inHeader)
        {
            EndHeader();
        }
        for (var i = _open.Count - 1; i > level; i--)
        {
            var part = _open[i];
            part.EndOffset = _position;
            part.Lines = _lines - part.Lines;
            if (part.IsBrokenMultipart)
            {
                part.ForgetEncoding();
            }
            Forget(part);
            _open.RemoveAt(i);
            _sink.Ended(part);
        }
    }

    void Forget(ScannedPart part)
    {
        if (part.Boundary is { } boundary)
        {
            _boundaries.Remove(boundary);
            part.Boundary = null;
        }
    }

    void StartPart(ScannedPart? parent)
    {
        var part = new ScannedPart(parent, _position);
        if (parent is not null)
        {
            parent.ChildCount++;
        }
        _parts.Add(part);
        _open.Add(part);
        _header.Clear();
        _inHeader = true;
        _place = Place.LineStart;
    }

    void EndHeader()
    {
        var part = Current;
        _inHeader = false;
        _place = Place.LineStart;
        _header.Parse();
        part.BodyOffset = _position;
        part.Lines = _lines;
        part.Type = ContentType.Read(_header, part.Parent?.Type);
        part.Encoding = TransferEncodings.Read(_header);
        part.Kind = KindOf(part);
        if (part.Kind == MimePartKind.Leaf && part.Type.IsMultipart)
        {
            part.Type = ContentType.PlainText;
            part.ForgetEncoding();
        }
        _sink.HeaderEnded(part, _header);
        // Parameters can be long and parts many, so they are not kept.
        part.Type = part.Type with { Parameters = [] };
        if (part.Kind == MimePartKind.Multipart)
        {
            part.Boundary = part.Type.Boundary;
            _boundaries.Add(part.Boundary);
        }
        else if (part.Kind == MimePartKind.Message)
        {
            StartPart(part);
        }
    }

    MimePartKind KindOf(ScannedPart part)
    {
        if (part.Depth >= MaxDepth || _parts.Count >= MaxParts)
        {
            return MimePartKind.Leaf;
        }
        if (part.Type.IsMultipart)
        {
            return part.Type.Boundary is null ? MimePartKind.Leaf : MimePartKind.Multipart;
        }
        // The offsets of an encoded message, which violates RFC 2046 §5.2.1, cannot be stored.
        var isReadable = part.Encoding is not (ContentTransferEncoding.Base64 or ContentTransferEncoding.QuotedPrintable or ContentTransferEncoding.Uuencode);
        return part.Type.IsMessage && isReadable ? MimePartKind.Message : MimePartKind.Leaf;
    }

    void StartLine(ReadOnlySpan<byte> lineEnd)
    {
        Hold(lineEnd);
        _heldLineEnd = _heldOctets;
        _place = Place.LineStart;
    }

    void Hold(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_held.AsSpan(_heldOctets));
        _heldOctets += octets.Length;
    }

    // The first held bytes belong to the current part; the rest stays held.
    void PassHeld(int count)
    {
        Pass(_held.AsSpan(0, count));
        DropHeld(count);
    }

    // The first held bytes are a delimiter and belong to no part.
    void SkipHeld(int count)
    {
        Advance(_held.AsSpan(0, count));
        DropHeld(count);
    }

    void DropHeld(int count)
    {
        _held.AsSpan(count, _heldOctets - count).CopyTo(_held);
        _heldOctets -= count;
        _heldLineEnd = 0;
    }

    void Pass(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
        {
            return;
        }
        if (_inHeader)
        {
            _header.Append(octets);
        }
        else if (Current.Kind == MimePartKind.Leaf || Current is { Kind: MimePartKind.Multipart, ChildCount: 0 })
        {
            _sink.Body(Current, octets);
        }
        Advance(octets);
    }

    void Advance(ReadOnlySpan<byte> octets)
    {
        _position += octets.Length;
        _lines += octets.Count((byte)'\n');
    }

    readonly record struct Delimiter(int Level, bool IsClose);
}
