using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// How many messages leave for each destination: a bucket of tokens for each, which holds those of a minute and fills evenly. Inboxes here have no limit. Of this host
/// alone. Memory is bounded. Any thread.
/// </summary>
/// <param name="perMinute"><see cref="long.MaxValue"/> is no limit.</param>
sealed class DestinationRates(long perMinute, TimeProvider time)
{
    internal const int RememberedDestinations = 10_000;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // The wall clock may jump.
    readonly long _start = time.GetTimestamp();
    readonly TimeSpan _perToken = TimeSpan.FromTicks(Minute.Ticks / perMinute);
    readonly Lock _gate = new();

    // When each bucket is full again, counted from the start; one that is not here is full.
    readonly Dictionary<QueueScope, TimeSpan> _fullAt = [];

    /// <summary>How long until a message may leave; not above zero: one may now.</summary>
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

    /// <summary>Takes the token of one message; false: there is none yet.</summary>
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

    /// <summary>Puts back a token that no message was found for.</summary>
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

    // Halving at once makes the cost per destination constant.
    void ForgetFullerHalf()
    {
        foreach (var (scope, _) in _fullAt.OrderBy(pair => pair.Value).Take(RememberedDestinations / 2).ToList())
        {
            _fullAt.Remove(scope);
        }
    }
}
