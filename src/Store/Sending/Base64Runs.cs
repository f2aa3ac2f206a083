using System.Buffers;
using System.Buffers.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Store.Sending;

/// <summary>
/// Decodes text that looks like base64 (both alphabets of RFC 4648), also over several lines, and passes each run on as
/// a separate text.
/// </summary>
sealed class Base64Runs(Func<IDecodedContent> createNext) : IDecodedContent
{
    /// <summary>
    /// Minimum length in characters of a run that is decoded; most words of natural languages are shorter.
    /// </summary>
    const int MinRun = 32;

    const int BufferChars = 4096;

    static readonly SearchValues<byte> Alphabet = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+/-_abcdefghijklmnopqrstuvwxyz"u8);

    readonly byte[] _run = new byte[BufferChars];
    readonly byte[] _decoded = new byte[BufferChars];
    IDecodedContent? _next;
    int _count;

    // True if a part of this run has been decoded already.
    bool _isLong;
    bool _isLineEnd;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var run = bytes.IndexOfAnyExcept(Alphabet);
            run = run < 0 ? bytes.Length : run;
            if (run > 0)
            {
                _isLineEnd = false;
                Append(bytes[..run]);
                bytes = bytes[run..];
                continue;
            }
            Separate(bytes[0]);
            bytes = bytes[1..];
        }
    }

    public void End()
    {
        EndRun();
        _isLineEnd = false;
    }

    // A line that ends at a complete group continues on the next line, which may be quoted.
    void Separate(byte character)
    {
        if (character is (byte)'\r' or (byte)'\n')
        {
            _isLineEnd = (_isLong || _count >= MinRun) && _count % 4 == 0;
        }
        if (!_isLineEnd || character is not ((byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t' or (byte)'>'))
        {
            _isLineEnd = false;
            EndRun();
        }
    }

    void Append(ReadOnlySpan<byte> run)
    {
        while (!run.IsEmpty)
        {
            var piece = run[..Math.Min(run.Length, BufferChars - _count)];
            piece.CopyTo(_run.AsSpan(_count));
            _count += piece.Length;
            run = run[piece.Length..];
            if (_count == BufferChars)
            {
                Decode();
                _isLong = true;
            }
        }
    }

    void EndRun()
    {
        if (_isLong || _count >= MinRun)
        {
            // A single character encodes no byte.
            var rest = _count % 4;
            _count -= rest == 1 ? 1 : 0;
            while (_count % 4 != 0)
            {
                _run[_count++] = (byte)'A';
            }
            Decode();
            _next?.End();
        }
        _count = 0;
        _isLong = false;
    }

    void Decode()
    {
        var run = _run.AsSpan(0, _count);
        run.Replace((byte)'-', (byte)'+');
        run.Replace((byte)'_', (byte)'/');
        Base64.DecodeFromUtf8(run, _decoded, out _, out var decoded);
        _next ??= createNext();
        _next.Write(_decoded.AsSpan(0, decoded));
        _count = 0;
    }
}
