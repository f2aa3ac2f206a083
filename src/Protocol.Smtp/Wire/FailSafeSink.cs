using System.Buffers;
using System.Runtime.ExceptionServices;

namespace AgentPost.Protocol.Smtp.Wire;

/// <summary>
/// Holds the first exception of a sink until the message has been read to its end. Writes nothing to the sink after it.
/// </summary>
sealed class FailSafeSink
{
    ExceptionDispatchInfo? _failure;

    public async ValueTask WriteAsync(
        ReadOnlySequence<byte> octets, Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellation)
    {
        if (octets.IsEmpty || _failure is not null)
        {
            return;
        }
        try
        {
            await sink(octets, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    public void ThrowIfFailed() => _failure?.Throw();
}
