using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Limits the connections of one address that have not logged in, and slows password guessing. Only failed logins are
/// delayed, so other clients at the same address never slow down a valid key. Connections with a delayed reply use no
/// slot. If all slots are taken, a new connection replaces the oldest one that has not logged in within 5 seconds. If
/// there is none, and TLS handshakes take more than half of the slots, it replaces the oldest handshake. Otherwise it
/// is rejected, see <see cref="MaxConnectionsPerAddress"/>. An IPv6 /64 counts as one address. Bounded memory.
/// Thread-safe.
/// </summary>
/// <param name="connectionsPerAddress">
/// Maximum number of connections per address before login; <see cref="int.MaxValue"/> for no limit.
/// </param>
public sealed class ConnectionGuard(int connectionsPerAddress, TimeProvider time)
{
    /// <summary>
    /// Maximum number of delayed replies for one address. At the maximum, the oldest delay ends early.
    /// </summary>
    public const int MaxDelayedPerAddress = 50;

    /// <summary>Maximum number of delayed replies for all addresses.</summary>
    public const int MaxDelayed = 1_000;

    const int RememberedAddresses = 10_000;
    const int Ipv6NetworkOctets = 8;

    static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    // A legitimate client logs in within this time.
    static readonly TimeSpan ReplaceableAfter = TimeSpan.FromSeconds(5);

    readonly int _connectionsPerAddress = connectionsPerAddress;
    readonly Lock _gate = new();
    readonly Dictionary<IPAddress, LinkedList<Admission>> _connections = [];
    readonly Dictionary<IPAddress, WrongLogins> _wrongLogins = [];
    readonly LinkedList<DelayedReply> _delayed = [];

    /// <summary>
    /// Maximum number of connections of one address when none can be replaced. Default: the limit itself.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; } = connectionsPerAddress;

    /// <summary>
    /// Admits a connection, or returns null if the address has too many that have not logged in. The caller disposes
    /// the admission when the connection ends.
    /// </summary>
    public Admission? TryAdmit(IPAddress address) => TryAdmit(address, null);

    /// <summary>Same as the overload without an action, for a connection that a newer one may replace.</summary>
    /// <param name="cut">Ends the connection. Called at most once, from another thread.</param>
    public Admission? TryAdmit(IPAddress address, Action? cut)
    {
        var network = NetworkOf(address);
        var admission = new Admission(this, network, cut, time.GetTimestamp());
        Admission? replaced;
        lock (_gate)
        {
            if (!TryAddLocked(admission, out replaced))
            {
                return null;
            }
        }
        replaced?.Cut();
        return admission;
    }

    /// <summary>
    /// Records a failed login and waits until the reply may be sent: 1 s, doubled each time up to 30 s. The delay
    /// starts over after a login from the address, or after 15 minutes without a failed one. If too many replies are
    /// delayed, the oldest delay ends early: its caller must reply at once and close the connection.
    /// </summary>
    public async Task<DelayEnd> DelayWrongLoginAsync(IPAddress address, CancellationToken cancellation)
    {
        var network = NetworkOf(address);
        var delay = NoteWrongLogin(network);
        var reply = new DelayedReply(network);
        BeginDelay(reply);
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await await Task.WhenAny(Task.Delay(delay, time, over.Token), reply.GivenUp.Task);
            await over.CancelAsync();
            return reply.GivenUp.Task.IsCompleted ? DelayEnd.GivenUp : DelayEnd.Waited;
        }
        finally
        {
            lock (_gate)
            {
                EndDelayLocked(reply);
            }
        }
    }

    /// <summary>Clears the failed logins of an address, after a successful login.</summary>
    public void Forgive(IPAddress address)
    {
        lock (_gate)
        {
            _wrongLogins.Remove(NetworkOf(address));
        }
    }

    internal int Remembered => _wrongLogins.Count;

    internal int Delayed => _delayed.Count;

    internal int CountOf(IPAddress address)
    {
        lock (_gate)
        {
            return _connections.TryGetValue(NetworkOf(address), out var pending) ? pending.Count : 0;
        }
    }

    internal TimeSpan NoteWrongLogin(IPAddress network)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var known = _wrongLogins.TryGetValue(network, out var before);
            var delay = known && now - before.At < ForgetAfter ? Double(before.Delay) : FirstDelay;
            if (_wrongLogins.Count >= RememberedAddresses && !known)
            {
                ForgetOlderHalf(now);
            }
            _wrongLogins[network] = new(delay, now);
            return delay;
        }
    }

    internal void Release(Admission admission)
    {
        lock (_gate)
        {
            RemoveLocked(admission);
        }
    }

    /// <summary>
    /// Acquires a slot for a connection after the delay of its failed login. Returns false if none is free.
    /// </summary>
    internal bool TryReadmit(Admission admission)
    {
        Admission? replaced;
        lock (_gate)
        {
            if (admission.IsDisposed || !TryAddLocked(admission, out replaced))
            {
                return false;
            }
        }
        replaced?.Cut();
        return true;
    }

    bool TryAddLocked(Admission admission, out Admission? replaced)
    {
        replaced = null;
        if (!_connections.TryGetValue(admission.Network, out var pending))
        {
            _connections[admission.Network] = pending = [];
        }
        if (pending.Count >= _connectionsPerAddress)
        {
            replaced = pending.FirstOrDefault(
                other => other.CanBeCut && time.GetElapsedTime(other.AdmittedAt) >= ReplaceableAfter)
                ?? OldestHandshakeLocked(pending);
            if (replaced is null && pending.Count >= MaxConnectionsPerAddress)
            {
                return false;
            }
        }
        admission.Place = pending.AddLast(admission);
        RemoveLocked(replaced);
        return true;
    }

    // Handshakes are cheap for the client, so they may hold more than half of the slots only while no other connection
    // needs one.
    Admission? OldestHandshakeLocked(LinkedList<Admission> pending)
    {
        var handshakes = pending.Where(other => other.CanBeCut && other.IsInHandshake).ToList();
        return handshakes.Count > _connectionsPerAddress / 2 ? handshakes[0] : null;
    }

    void BeginDelay(DelayedReply reply)
    {
        lock (_gate)
        {
            var ofNetwork = _delayed.Where(other => other.Network.Equals(reply.Network)).ToList();
            var oldest = ofNetwork.Count == MaxDelayedPerAddress ? ofNetwork[0]
                : _delayed.Count == MaxDelayed ? _delayed.First?.Value
                : null;
            if (oldest is not null)
            {
                EndDelayLocked(oldest);
                oldest.GivenUp.TrySetResult();
            }
            reply.Place = _delayed.AddLast(reply);
        }
    }

    void EndDelayLocked(DelayedReply reply)
    {
        if (reply.Place is { } place)
        {
            _delayed.Remove(place);
            reply.Place = null;
        }
    }

    void RemoveLocked(Admission? admission)
    {
        if (admission?.Place is not { List: { } pending } place)
        {
            return;
        }
        pending.Remove(place);
        admission.Place = null;
        if (pending.Count == 0)
        {
            _connections.Remove(admission.Network);
        }
    }

    static TimeSpan Double(TimeSpan delay) => delay * 2 > LongestDelay ? LongestDelay : delay * 2;

    // Removing half at a time keeps the average cost per address constant, however many addresses guess.
    void ForgetOlderHalf(DateTimeOffset now)
    {
        var old = _wrongLogins.OrderBy(pair => pair.Value.At)
            .Where((pair, rank) => rank < RememberedAddresses / 2 || now - pair.Value.At >= ForgetAfter);
        foreach (var (network, _) in old.ToList())
        {
            _wrongLogins.Remove(network);
        }
    }

    /// <summary>
    /// Returns the address itself, or for IPv6 its /64, which is what a provider assigns to one customer.
    /// </summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        var octets = address.GetAddressBytes();
        octets.AsSpan(Ipv6NetworkOctets).Clear();
        return new(octets);
    }

    readonly record struct WrongLogins(TimeSpan Delay, DateTimeOffset At);

    sealed class DelayedReply(IPAddress network)
    {
        public IPAddress Network { get; } = network;

        public TaskCompletionSource GivenUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null after the delay has ended.</summary>
        public LinkedListNode<DelayedReply>? Place { get; set; }
    }
}

/// <summary>How the delay of the reply to a failed login ended.</summary>
public enum DelayEnd
{
    Waited,

    /// <summary>Too many replies are delayed: reply at once and close the connection.</summary>
    GivenUp,
}
