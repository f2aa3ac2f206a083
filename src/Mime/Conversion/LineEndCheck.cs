using System.Buffers;

namespace AgentPost.Mime.Conversion;

/// <summary>
/// Checks for bytes that are not allowed in text: a bare CR or LF, and NUL (RFC 2045 §2.7, §2.8). DATA cannot relay
/// them (a bare CR or LF there is an attack), and IMAP clients cannot read them. Input can be split at any byte.
/// </summary>
public sealed class LineEndCheck
{
    static readonly SearchValues<byte> Stops = SearchValues.Create("\r\n\0"u8);

    bool _afterCarriageReturn;

    /// <summary>True if an LF without CR is not a fault, because it is stored as CRLF.</summary>
    public bool AllowsLineFeed { get; init; }

    /// <summary>Number of allowed bare LFs so far.</summary>
    public long LoneLineFeeds { get; private set; }

    /// <summary>The first fault so far.</summary>
    public LineFault Fault { get; private set; }

    public void Write(ReadOnlySequence<byte> octets)
    {
        foreach (var segment in octets)
        {
            Write(segment.Span);
        }
    }

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_afterCarriageReturn)
            {
                _afterCarriageReturn = false;
                if (octets[0] == '\n')
                {
                    octets = octets[1..];
                    continue;
                }
                Spoil(LineFault.LoneCarriageReturn);
            }
            var stop = octets.IndexOfAny(Stops);
            if (stop < 0)
            {
                return;
            }
            _afterCarriageReturn = octets[stop] == '\r';
            if (AllowsLineFeed && octets[stop] == '\n')
            {
                LoneLineFeeds++;
            }
            else if (!_afterCarriageReturn)
            {
                Spoil(octets[stop] == '\n' ? LineFault.LoneLineFeed : LineFault.Nul);
            }
            octets = octets[(stop + 1)..];
        }
    }

    /// <summary>Ends the check. Call it at the end of the message, because the last byte can be a bare CR.</summary>
    public void Complete()
    {
        if (_afterCarriageReturn)
        {
            Spoil(LineFault.LoneCarriageReturn);
        }
    }

    void Spoil(LineFault fault) => Fault = Fault == LineFault.None ? fault : Fault;
}

/// <summary>Why bytes are not text.</summary>
public enum LineFault
{
    None,
    LoneCarriageReturn,
    LoneLineFeed,
    Nul,
}
