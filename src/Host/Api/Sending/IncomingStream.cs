using System.Buffers;
using AgentPost.Host.Api.Requests;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Api.Sending;

/// <summary>Writes into an incoming message, up to the maximum message size. Owns nothing.</summary>
sealed class IncomingStream(IncomingMessage message, long mostOctets) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (message.Octets + buffer.Length > mostOctets)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status413PayloadTooLarge, "too_large", $"The message is larger than {mostOctets} octets.", "Send less; files grow by a third in a message."));
        }
        await message.WriteAsync(new ReadOnlySequence<byte>(buffer), cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The spool is written asynchronously.");

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
