using System.Threading.Channels;

namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// Wakes a waiting worker. A signal that is raised while the worker runs is kept until it waits. Any thread can raise
/// it; only one waits.
/// </summary>
sealed class WakeSignal
{
    readonly Channel<bool> _raised = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>
    /// Completes when the signal is raised, the pause has passed, or the program stops; the caller checks which.
    /// </summary>
    /// <param name="pause">May be <see cref="Timeout.InfiniteTimeSpan"/>.</param>
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
            // Same as raised.
        }
    }
}
