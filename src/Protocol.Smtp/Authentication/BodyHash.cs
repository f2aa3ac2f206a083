using System.Buffers;
using System.Security.Cryptography;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// SHA-256 hash of a body in canonical form (RFC 6376 §3.4.3, §3.4.4, §3.7). Empty lines at the end are ignored. The
/// relaxed form also ignores spaces and tabs at the end of a line, and reduces others to one space. Resumable at any
/// byte; holds no more than a buffer.
/// </summary>
/// <param name="limit">The l= tag: number of canonical bytes that are signed. Later bytes are not hashed.</param>
sealed class BodyHash(Canonicalization canonicalization, long limit = long.MaxValue) : IDisposable
{
    const int BufferOctets = 4096;

    static readonly SearchValues<byte> SimpleStops = SearchValues.Create("\r\n"u8);
    static readonly SearchValues<byte> RelaxedStops = SearchValues.Create(" \t\r\n"u8);

    readonly SearchValues<byte> _stops = canonicalization == Canonicalization.Simple ? SimpleStops : RelaxedStops;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _buffer = new byte[BufferOctets];
    int _buffered;

    // Received, but hashed only if text follows.
    long _lineEnds;
    bool _hasBlank;
    bool _hasCarriageReturn;

    /// <summary>
    /// Size of the canonical body in bytes, including those beyond the limit. Final after <see cref="Complete"/>.
    /// </summary>
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

    /// <summary>Completes the body and returns the hash. Call once.</summary>
    public byte[] Complete()
    {
        if (_hasCarriageReturn)
        {
            WriteText([]);
        }
        // An empty body, or one of empty lines only, is one line end in the simple form, and empty in the relaxed form.
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

    /// <summary>Writes the line ends, space and CR that were held back, then the text.</summary>
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
