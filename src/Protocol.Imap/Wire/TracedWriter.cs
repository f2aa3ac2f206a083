using System.Buffers;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Imap;

/// <summary>Shows what is written, line by line, in the trace of the connection; the octets of literals too.</summary>
sealed class TracedWriter(PipeWriter target, WireTrace trace) : PipeWriter
{
    // Longer lines are cut in the trace anyway.
    const int KeptOctets = 1024;

    readonly ArrayBufferWriter<byte> _line = new(KeptOctets);
    Memory<byte> _block;

    public override bool CanGetUnflushedBytes => target.CanGetUnflushedBytes;

    public override long UnflushedBytes => target.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _block = target.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        var written = _block.Span[..bytes];
        while (written.IndexOf((byte)'\n') is var end and >= 0)
        {
            Keep(written[..end]);
            trace.Server(_line.WrittenSpan);
            _line.ResetWrittenCount();
            written = written[(end + 1)..];
        }
        Keep(written);
        _block = _block[bytes..];
        target.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => target.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => target.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => target.Complete(exception);

    void Keep(ReadOnlySpan<byte> octets) => _line.Write(octets[..Math.Min(octets.Length, KeptOctets - _line.WrittenCount)]);
}
