using System.Buffers;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>
/// Finds the end of a message and takes the stuffed dots out (RFC 5321 §4.5.2); resumable at any octet, keeps none. Only CRLF ends a line and only CRLF.CRLF
/// the message, where the CRLF of the DATA line itself counts as the first. What looks like an end to a laxer server (LF.LF, CR.CR and their mixtures) does
/// not end it but spoils it: a message with a lone CR or LF is read to its real end and refused, so nobody can smuggle a second one.
/// With <see cref="LineFeedUse.EndsLine"/>, an LF ends a line too, but not the message: what follows it is text.
/// </summary>
sealed class DataScanner(LineFeedUse lineFeed = LineFeedUse.Rejected)
{
    static readonly SearchValues<byte> Stops = SearchValues.Create("\r\n\0"u8);

    static readonly ReadOnlyMemory<byte> DotCarriageReturn = ".\r"u8.ToArray();

    Place _place = Place.LineStart;

    public bool IsComplete { get; private set; }

    /// <summary>Lines that an LF alone has ended so far.</summary>
    public long LoneLineFeeds { get; private set; }

    /// <summary>
    /// Bytes of the message that were scanned before, and come before the content of the last call: what could have been
    /// the end.
    /// </summary>
    public ReadOnlyMemory<byte> Held { get; private set; }

    /// <summary>The first thing wrong with the message so far.</summary>
    public DataFault Fault { get; private set; }

    /// <summary>
    /// Takes some of the octets (at least one, none behind the end) and says which of those taken are the message's. Call again with the rest. After a fault what is
    /// called content is not worth keeping.
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

    // Up to the next dot that begins a line.
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

    // After a CR: the octets that belong to the line's end.
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

        // After an LF alone.
        LineFeed,
        LineFeedDot,
        LineFeedDotCarriageReturn,
    }
}

/// <summary>What an LF without CR means in a message.</summary>
enum LineFeedUse
{
    /// <summary>The message is rejected.</summary>
    Rejected,

    /// <summary>It ends a line, as CRLF does.</summary>
    EndsLine,
}

/// <summary>Why a message that has been read to its end cannot be taken.</summary>
enum DataFault
{
    None,
    LoneCarriageReturn,
    LoneLineFeed,
    Nul,
    TooBig,

    /// <summary>It was declared to be binary, and is so where no encoding can help.</summary>
    Binary,
}
