using System.Buffers;
using System.Security.Cryptography;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// The SHA-256 of a body as it is signed (RFC 6376 §3.4.3, §3.4.4, §3.7): empty lines at the end do not count, and, relaxed, neither do blanks at the end of a
/// line nor how many stand together. Resumable at any octet; holds no more than a buffer.
/// </summary>
/// <param name="limit">The l= tag: octets, as canonicalized, that are signed; what follows them is not.</param>
sealed class BodyHash(Canonicalization canonicalization, long limit = long.MaxValue) : IDisposable
{
    const int BufferOctets = 4096;

    static readonly SearchValues<byte> SimpleStops = SearchValues.Create("\r\n"u8);
    static readonly SearchValues<byte> RelaxedStops = SearchValues.Create(" \t\r\n"u8);

    readonly SearchValues<byte> _stops = canonicalization == Canonicalization.Simple ? SimpleStops : RelaxedStops;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _buffer = new byte[BufferOctets];
    int _buffered;

    // What has come but counts only when something follows.
    long _lineEnds;
    bool _hasBlank;
    bool _hasCarriageReturn;

    /// <summary>Octets as canonicalized, also those beyond the limit; whole after <see cref="Complete"/>.</summary>
    public long Octets { get; private set; }

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var stop = octets.IndexOfAny(_stops);
            var text = stop < 0 ? octets : octets[..stop];
            if (!text.IsEmpty)
            {
                WriteText(text);
            }
            if (stop < 0)
            {
                return;
            }
            Stop(octets[stop]);
            octets = octets[(stop + 1)..];
        }
    }

    /// <summary>Ends the body. Call once.</summary>
    public byte[] Complete()
    {
        if (_hasCarriageReturn)
        {
            WriteText([]);
        }
        // A body of nothing, or of empty lines alone, is one line end when simple, and nothing when relaxed.
        if (Octets > 0 || canonicalization == Canonicalization.Simple)
        {
            Emit("\r\n"u8);
        }
        FlushBuffer();
        return _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    void Stop(byte octet)
    {
        switch (octet)
        {
            case (byte)'\n' when _hasCarriageReturn:
                _hasCarriageReturn = false;
                _hasBlank = false;
                _lineEnds++;
                return;
            case (byte)'\n':
                WriteText("\n"u8);
                return;
            case (byte)'\r':
                if (_hasCarriageReturn)
                {
                    WriteText([]);
                }
                _hasCarriageReturn = true;
                return;
            default:
                if (_hasCarriageReturn)
                {
                    WriteText([]);
                }
                _hasBlank = true;
                return;
        }
    }

    /// <summary>What was held back counts now.</summary>
    void WriteText(ReadOnlySpan<byte> text)
    {
        for (; _lineEnds > 0; _lineEnds--)
        {
            Emit("\r\n"u8);
        }
        if (_hasBlank)
        {
            _hasBlank = false;
            Emit(" "u8);
        }
        if (_hasCarriageReturn)
        {
            _hasCarriageReturn = false;
            Emit("\r"u8);
        }
        Emit(text);
    }

    void Emit(ReadOnlySpan<byte> octets)
    {
        var signed = octets[..(int)Math.Min(octets.Length, Math.Max(0, limit - Octets))];
        Octets += octets.Length;
        if (signed.Length > BufferOctets - _buffered)
        {
            FlushBuffer();
        }
        if (signed.Length > BufferOctets)
        {
            _hash.AppendData(signed);
            return;
        }
        signed.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += signed.Length;
    }

    void FlushBuffer()
    {
        _hash.AppendData(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }
}
