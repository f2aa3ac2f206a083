using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Data;

/// <summary>
/// Logs one line when the database is lost and one when it is back, no matter how many commands fail in between. A
/// success within one second of a failure does not count: if some commands fail and others succeed, the outage
/// continues. Thread-safe.
/// </summary>
sealed class DatabaseOutage(ILogger logger, TimeProvider time)
{
    static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    volatile bool _isLost;
    long _lostAt;
    long _lastFailureAt;
    long? _answeredAt;

    public void Failed(Exception failure)
    {
        lock (_lock)
        {
            _lastFailureAt = time.GetTimestamp();
            _answeredAt = null;
            if (_isLost)
            {
                return;
            }
            (_isLost, _lostAt) = (true, _lastFailureAt);
        }
        Log.DatabaseLost(logger, failure.Message);
    }

    public void Succeeded()
    {
        if (!_isLost)
        {
            return;
        }
        TimeSpan duration;
        lock (_lock)
        {
            if (!_isLost)
            {
                return;
            }
            _answeredAt ??= time.GetTimestamp();
            if (time.GetElapsedTime(_lastFailureAt) < QuietTime)
            {
                return;
            }
            _isLost = false;
            duration = time.GetElapsedTime(_lostAt, _answeredAt.Value);
        }
        Log.DatabaseBack(logger, Math.Round(duration.TotalSeconds, 1));
    }
}
