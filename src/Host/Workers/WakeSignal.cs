using System.Threading.Channels;

namespace AgentPost.Host.Workers;

/// <summary>Wakes a worker that waits for something to do. What is raised while it works is not lost: it does not wait then. Any thread raises, one waits.</summary>
sealed class WakeSignal
{
    readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Ends when it is raised, when the pause is over, or when the program stops: the caller looks which.</summary>
    public async Task WaitAsync(TimeSpan pause, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(pause);
        try
        {
            await _raised.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // As good as raised.
        }
    }
}
