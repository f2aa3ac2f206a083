using System.Buffers;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>
/// Looks for what text may not have: CR or LF alone, and NUL. For chunks, which end by their size: what comes so could be passed on by DATA, where
/// a lone CR or LF is an attack. Resumable at any octet.
/// </summary>
sealed class LineEndCheck
{
    static readonly SearchValues<byte> Stops = SearchValues.Create("\r\n\0"u8);

    bool _afterCarriageReturn;

    /// <summary>The first thing wrong so far.</summary>
    public DataFault Fault { get; private set; }

    public void Write(ReadOnlySequence<byte> octets)
    {
        foreach (var segment in octets)
        {
            Write(segment.Span);
        }
    }

    /// <summary>Call at the end of the message: its last octet may be a lone CR.</summary>
    public void Complete()
    {
        if (_afterCarriageReturn)
        {
            Spoil(DataFault.LoneCarriageReturn);
        }
    }

    void Write(ReadOnlySpan<byte> octets)
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
                Spoil(DataFault.LoneCarriageReturn);
            }
            var stop = octets.IndexOfAny(Stops);
            if (stop < 0)
            {
                return;
            }
            _afterCarriageReturn = octets[stop] == '\r';
            if (!_afterCarriageReturn)
            {
                Spoil(octets[stop] == '\n' ? DataFault.LoneLineFeed : DataFault.Nul);
            }
            octets = octets[(stop + 1)..];
        }
    }

    void Spoil(DataFault fault) => Fault = Fault == DataFault.None ? fault : Fault;
}
