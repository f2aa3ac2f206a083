using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// Compares the host's clock with the database's every hour, and within a minute after the host's clock was changed.
/// </summary>
sealed class ClockWatch(MailStore store) : Worker
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    static readonly TimeSpan MeasureInterval = TimeSpan.FromHours(1);
    static readonly TimeSpan MaxJump = TimeSpan.FromSeconds(1);

    long _measuredAt = TimeProvider.System.GetTimestamp();
    DateTimeOffset _hostTime = TimeProvider.System.GetUtcNow();

    public override string Name => "clock watch";

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(_measuredAt);
        var jump = (TimeProvider.System.GetUtcNow() - _hostTime - elapsed).Duration();
        if (elapsed > MeasureInterval || jump > MaxJump)
        {
            await store.MeasureClockAsync(stopping);
            (_measuredAt, _hostTime) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow());
        }
        return Interval;
    }
}
