using System.Buffers;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>
/// Finds the end of a message and removes dot stuffing (RFC 5321 §4.5.2). Resumable at any byte; buffers nothing. Only
/// CRLF ends a line, and only CRLF.CRLF ends the message, where the CRLF of the DATA line counts as the first one.
/// Sequences that a laxer server may accept as the end (LF.LF, CR.CR and mixtures) do not end the message: a message
/// with a lone CR or LF is read to its real end and rejected, so that it cannot smuggle a second message. With
/// <see cref="LineFeedUse.EndsLine"/>, a lone LF also ends a line, but never the message.
/// </summary>
sealed class DataScanner(LineFeedUse lineFeed = LineFeedUse.Rejected)
{
    static readonly SearchValues<byte> Stops = SearchValues.Create("\r\n\0"u8);

    static readonly ReadOnlyMemory<byte> DotCarriageReturn = ".\r"u8.ToArray();

    Place _place = Place.LineStart;

    public bool IsComplete { get; private set; }

    /// <summary>Number of lines so far that end in a lone LF.</summary>
    public long LoneLineFeeds { get; private set; }

    /// <summary>
    /// Message bytes from earlier calls that precede the content of the last call. They were held back because they
    /// could have been the end of the message.
    /// </summary>
    public ReadOnlyMemory<byte> Held { get; private set; }

    /// <summary>The first fault found in the message so far.</summary>
    public DataFault Fault { get; private set; }

    /// <summary>
    /// Scans some of the bytes (at least one, none after the end of the message) and returns their number. The content
    /// is the range that belongs to the message. Call again with the rest. After a fault, ignore the content.
    /// </summary>
    public int Scan(ReadOnlySpan<byte> octets, out Range content)
    {
        content = default;
        Held = default;
        switch (_place, octets[0])
        {
            case (Place.LineStart, (byte)'.'):
                _place = Place.Dot;
                return 1;
            case (Place.LineFeed, (byte)'.'):
                _place = Place.LineFeedDot;
                return 1;
            case (Place.LineFeedDot, (byte)'\r'):
                _place = Place.LineFeedDotCarriageReturn;
                return 1;
            case (Place.LineFeedDotCarriageReturn, (byte)'\n'):
                Held = DotCarriageReturn;
                _place = Place.CarriageReturn;
                break;
            case (Place.LineFeedDotCarriageReturn, _):
                _place = Place.CarriageReturn;
                break;
            case (Place.Dot or Place.LineFeedDot, (byte)'\n') when lineFeed == LineFeedUse.EndsLine:
                Held = DotCarriageReturn[..1];
                _place = Place.Text;
                break;
            case (Place.LineFeedDot, _):
                _place = Place.Text;
                break;
            case (Place.Dot, (byte)'\r'):
                _place = Place.DotCarriageReturn;
                return 1;
            case (Place.DotCarriageReturn, (byte)'\n'):
                IsComplete = true;
                return 1;
            case (Place.DotCarriageReturn, _):
                _place = Place.CarriageReturn;
                break;
            case (Place.Dot, _):
                _place = Place.Text;
                break;
        }
        var taken = ScanText(octets);
        content = ..taken;
        return taken;
    }

    // Scans up to the next dot that starts a line.
    int ScanText(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        while (at < octets.Length && !(_place is Place.LineStart or Place.LineFeed && octets[at] == '.'))
        {
            if (_place == Place.CarriageReturn)
            {
                at += EndLine(octets[at]);
                continue;
            }
            var stop = octets[at..].IndexOfAny(Stops);
            if (stop < 0)
            {
                _place = Place.Text;
                return octets.Length;
            }
            _place = Stop(octets[at + stop]);
            at += stop + 1;
        }
        return at;
    }

    // Called after a CR. Returns how many bytes belong to the line end.
    int EndLine(byte octet)
    {
        if (octet == '\n')
        {
            _place = Place.LineStart;
            return 1;
        }
        Spoil(DataFault.LoneCarriageReturn);
        _place = Place.Text;
        return 0;
    }

    Place Stop(byte octet)
    {
        if (octet == '\r')
        {
            return Place.CarriageReturn;
        }
        if (octet == '\n' && lineFeed == LineFeedUse.EndsLine)
        {
            LoneLineFeeds++;
            return Place.LineFeed;
        }
        Spoil(octet == '\n' ? DataFault.LoneLineFeed : DataFault.Nul);
        return Place.Text;
    }

    void Spoil(DataFault fault) => Fault = Fault == DataFault.None ? fault : Fault;

    enum Place
    {
        LineStart,
        Text,
        CarriageReturn,
        Dot,
        DotCarriageReturn,

        // After a lone LF.
        LineFeed,
        LineFeedDot,
        LineFeedDotCarriageReturn,
    }
}

/// <summary>How an LF without CR in a message is handled.</summary>
enum LineFeedUse
{
    /// <summary>The message is rejected.</summary>
    Rejected,

    /// <summary>It ends a line, as CRLF does.</summary>
    EndsLine,
}

/// <summary>Why a message that has been read to its end cannot be accepted.</summary>
enum DataFault
{
    None,
    LoneCarriageReturn,
    LoneLineFeed,
    Nul,
    TooBig,

    /// <summary>Declared as BINARYMIME, with binary data in a place where it cannot be encoded.</summary>
    Binary,
}
