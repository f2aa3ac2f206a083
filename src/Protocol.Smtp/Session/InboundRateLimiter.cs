using System.Net;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// Limits the messages that each address sends in a minute. An IPv6 /64 counts as one address. Counts this instance only.
/// Bounded memory. Thread-safe.
/// </summary>
/// <param name="perMinute"><see cref="long.MaxValue"/> for no limit.</param>
sealed class InboundRateLimiter(long perMinute, TimeProvider time)
{
    const int MaxAddresses = 10_000;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<IPAddress, (DateTimeOffset Since, long Count)> _counts = [];

    /// <summary>Counts one more message and returns null, or returns how long to wait.</summary>
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

    // Halving at once makes the cost per address constant.
    void ForgetOlderHalf()
    {
        foreach (var (network, _) in _counts.OrderBy(pair => pair.Value.Since).Take(MaxAddresses / 2).ToList())
        {
            _counts.Remove(network);
        }
    }
}
