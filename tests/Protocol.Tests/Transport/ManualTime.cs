namespace AgentPost.Protocol.Tests;

/// <summary>A clock that a test turns by hand; its timers fire when it passes them.</summary>
sealed class ManualTime : TimeProvider
{
    readonly List<ManualTimer> _timers = [];
    DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state), _now + dueTime);
        _timers.Add(timer);
        return timer;
    }

    public void Pass(TimeSpan time)
    {
        _now += time;
        foreach (var timer in _timers.Where(timer => timer.DueAt <= _now).ToList())
        {
            _timers.Remove(timer);
            timer.Fire();
        }
    }

    sealed class ManualTimer(Action fire, DateTimeOffset dueAt) : ITimer
    {
        bool _disposed;

        public DateTimeOffset DueAt { get; } = dueAt;

        public void Fire()
        {
            if (!_disposed)
            {
                fire();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
