using System.Net;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// Limits the messages that each address sends in a minute. An IPv6 /64 counts as one address. Counts this instance
/// only. Bounded memory. Thread-safe.
/// </summary>
/// <param name="perMinute">Messages per minute; <see cref="long.MaxValue"/> for no limit.</param>
sealed class InboundRateLimiter(long perMinute, TimeProvider time)
{
    const int MaxAddresses = 10_000;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<IPAddress, (DateTimeOffset Since, long Count)> _counts = [];

    /// <summary>Counts a message and returns null. If the limit is reached, returns the time to wait instead.</summary>
    public TimeSpan? TryTake(IPAddress address)
    {
        if (perMinute == long.MaxValue)
        {
            return null;
        }
        var (network, now) = (ConnectionGuard.NetworkOf(address), time.GetUtcNow());
        lock (_gate)
        {
            var (since, count) = _counts.GetValueOrDefault(network);
            if (now - since >= Minute)
            {
                (since, count) = (now, 0);
            }
            if (count >= perMinute)
            {
                return since + Minute - now;
            }
            if (_counts.Count >= MaxAddresses && !_counts.ContainsKey(network))
            {
                ForgetOlderHalf();
            }
            _counts[network] = (since, count + 1);
            return null;
        }
    }

    internal int Remembered => _counts.Count;

    // Removing half at a time keeps the average cost per address constant.
    void ForgetOlderHalf()
    {
        foreach (var (network, _) in _counts.OrderBy(pair => pair.Value.Since).Take(MaxAddresses / 2).ToList())
        {
            _counts.Remove(network);
        }
    }
}
