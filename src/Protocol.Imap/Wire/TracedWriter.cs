using System.Buffers;
using System.IO.Pipelines;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Writes the output, line by line, to the trace of the connection. Of a literal it shows only the size.
/// </summary>
sealed class TracedWriter(PipeWriter target, WireTrace trace) : PipeWriter
{
    // The trace truncates longer lines anyway.
    const int KeptOctets = 1024;

    // Enough for ~{4294967295}: a truncated line may still announce a literal.
    const int EndBytes = 16;

    readonly ArrayBufferWriter<byte> _line = new(KeptOctets);
    readonly byte[] _end = new byte[EndBytes];
    int _endBytes;
    long _literalBytes;
    Memory<byte> _block;

    public override bool CanGetUnflushedBytes => target.CanGetUnflushedBytes;

    public override long UnflushedBytes => target.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _block = target.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Trace(_block.Span[..bytes]);
        _block = _block[bytes..];
        target.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => target.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => target.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => target.Complete(exception);

    void Trace(ReadOnlySpan<byte> written)
    {
        while (!written.IsEmpty)
        {
            if (_literalBytes > 0)
            {
                var skipped = (int)Math.Min(_literalBytes, written.Length);
                _literalBytes -= skipped;
                written = written[skipped..];
                continue;
            }
            var end = written.IndexOf((byte)'\n');
            Keep(end < 0 ? written : written[..end]);
            if (end < 0)
            {
                return;
            }
            EndLine();
            written = written[(end + 1)..];
        }
    }

    void EndLine()
    {
        trace.Server(_line.WrittenSpan);
        if (LiteralHeader.TryParse(_end.AsSpan(0, _endBytes).TrimEnd((byte)'\r'), out var literal, out _))
        {
            _literalBytes = literal.Octets;
            trace.ServerBytes(literal.Octets);
        }
        _line.ResetWrittenCount();
        _endBytes = 0;
    }

    void Keep(ReadOnlySpan<byte> octets)
    {
        _line.Write(octets[..Math.Min(octets.Length, KeptOctets - _line.WrittenCount)]);
        var last = octets[^Math.Min(octets.Length, EndBytes)..];
        var kept = Math.Min(_endBytes, EndBytes - last.Length);
        _end.AsSpan(_endBytes - kept, kept).CopyTo(_end);
        last.CopyTo(_end.AsSpan(kept));
        _endBytes = kept + last.Length;
    }
}
