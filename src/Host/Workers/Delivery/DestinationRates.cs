using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Rate limiter with one token bucket per destination, which holds one minute's messages and refills evenly. Local
/// inboxes are not limited. Counts this instance only. Bounded memory. Thread-safe.
/// </summary>
/// <param name="perMinute">Maximum messages per minute. <see cref="long.MaxValue"/> means unlimited.</param>
sealed class DestinationRates(long perMinute, TimeProvider time)
{
    internal const int RememberedDestinations = 10_000;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Monotonic, because the wall clock may jump.
    readonly long _start = time.GetTimestamp();
    readonly TimeSpan _perToken = TimeSpan.FromTicks(Minute.Ticks / perMinute);
    readonly Lock _gate = new();

    // Time since the start at which each bucket is full again. A missing bucket is full.
    readonly Dictionary<QueueScope, TimeSpan> _fullAt = [];

    /// <summary>Returns the delay until a message may be sent. Zero or negative if one may be sent now.</summary>
    public TimeSpan WaitFor(QueueScope scope)
    {
        if (IsUnlimited(scope))
        {
            return TimeSpan.Zero;
        }
        lock (_gate)
        {
            return _fullAt.GetValueOrDefault(scope) + _perToken - Minute - time.GetElapsedTime(_start);
        }
    }

    /// <summary>Takes a token for one message. Returns false if none is available.</summary>
    public bool TryTake(QueueScope scope)
    {
        if (IsUnlimited(scope))
        {
            return true;
        }
        lock (_gate)
        {
            if (WaitFor(scope) > TimeSpan.Zero)
            {
                return false;
            }
            if (_fullAt.Count >= RememberedDestinations && !_fullAt.ContainsKey(scope))
            {
                ForgetFullerHalf();
            }
            var (now, fullAt) = (time.GetElapsedTime(_start), _fullAt.GetValueOrDefault(scope));
            _fullAt[scope] = (fullAt > now ? fullAt : now) + _perToken;
            return true;
        }
    }

    /// <summary>Returns an unused token, because no message was due.</summary>
    public void GiveBack(QueueScope scope)
    {
        lock (_gate)
        {
            if (_fullAt.TryGetValue(scope, out var fullAt))
            {
                _fullAt[scope] = fullAt - _perToken;
            }
        }
    }

    internal int Remembered => _fullAt.Count;

    bool IsUnlimited(QueueScope scope) => perMinute == long.MaxValue || scope == QueueScope.Here;

    // Removing half of the entries at once keeps the average cost per destination constant.
    void ForgetFullerHalf()
    {
        foreach (var (scope, _) in _fullAt.OrderBy(pair => pair.Value).Take(RememberedDestinations / 2).ToList())
        {
            _fullAt.Remove(scope);
        }
    }
}
