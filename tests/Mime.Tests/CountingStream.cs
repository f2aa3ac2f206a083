namespace AgentPost.Mime.Tests;

/// <summary>Counts what is written to it.</summary>
sealed class CountingStream : Stream
{
    public long Octets { get; private set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => Octets;
    public override long Position { get => Octets; set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Octets += count;

    public override void Write(ReadOnlySpan<byte> buffer) => Octets += buffer.Length;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Octets += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
