using System.Buffers;

namespace AgentPost.Mime.Conversion;

/// <summary>
/// Looks for what text may not have: CR or LF alone, and NUL (RFC 2045 §2.7, §2.8). What has them could not be passed on by DATA, where a lone CR or LF is an attack,
/// nor read by IMAP. Resumable at any octet.
/// </summary>
public sealed class LineEndCheck
{
    static readonly SearchValues<byte> Stops = SearchValues.Create("\r\n\0"u8);

    bool _afterCarriageReturn;

    /// <summary>True if an LF without CR is not a fault, because it is stored as CRLF.</summary>
    public bool AllowsLineFeed { get; init; }

    /// <summary>The allowed LFs without CR so far.</summary>
    public long LoneLineFeeds { get; private set; }

    /// <summary>The first thing wrong so far.</summary>
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

    /// <summary>Call at the end of the message: its last octet may be a lone CR.</summary>
    public void Complete()
    {
        if (_afterCarriageReturn)
        {
            Spoil(LineFault.LoneCarriageReturn);
        }
    }

    void Spoil(LineFault fault) => Fault = Fault == LineFault.None ? fault : Fault;
}

/// <summary>Why octets are no text.</summary>
public enum LineFault
{
    None,
    LoneCarriageReturn,
    LoneLineFeed,
    Nul,
}
