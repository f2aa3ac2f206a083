using System.Net;
using System.Net.Sockets;

namespace AgentPost.Protocol;

/// <summary>
/// Keeps one address from taking all there is before it has logged in, and slows its guessing. Only a wrong answer is ever delayed, so a right key is as fast
/// as always, whoever else guesses from the same address. An IPv6 /64 counts as one address. Memory is bounded. Any thread.
/// </summary>
/// <param name="connectionsPerAddress">Before login; <see cref="int.MaxValue"/> is no limit.</param>
public sealed class ConnectionGuard(int connectionsPerAddress, TimeProvider time)
{
    const int RememberedAddresses = 10_000;
    const int Ipv6NetworkOctets = 8;

    static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    readonly Lock _gate = new();
    readonly Dictionary<IPAddress, int> _connections = [];
    readonly Dictionary<IPAddress, WrongLogins> _wrongLogins = [];

    /// <summary>Null: too many connections from there that have not logged in. The session disposes the admission at its end.</summary>
    public Admission? TryAdmit(IPAddress address)
    {
        var network = NetworkOf(address);
        lock (_gate)
        {
            var count = _connections.GetValueOrDefault(network);
            if (count >= connectionsPerAddress)
            {
                return null;
            }
            _connections[network] = count + 1;
        }
        return new(this, network);
    }

    /// <summary>
    /// Notes a wrong login and waits before it may be answered: 1 s, then twice as long each time up to 30 s, until somebody logs in from there or 15 minutes
    /// pass without a wrong one.
    /// </summary>
    public Task DelayWrongLoginAsync(IPAddress address, CancellationToken cancellation) => Task.Delay(NoteWrongLogin(NetworkOf(address)), time, cancellation);

    internal int Remembered => _wrongLogins.Count;

    internal TimeSpan NoteWrongLogin(IPAddress network)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var delay = _wrongLogins.TryGetValue(network, out var before) && now - before.At < ForgetAfter ? Double(before.Delay) : FirstDelay;
            if (_wrongLogins.Count >= RememberedAddresses && !_wrongLogins.ContainsKey(network))
            {
                ForgetOlderHalf(now);
            }
            _wrongLogins[network] = new(delay, now);
            return delay;
        }
    }

    internal void Release(IPAddress network)
    {
        lock (_gate)
        {
            if (--_connections[network] == 0)
            {
                _connections.Remove(network);
            }
        }
    }

    internal void Forgive(IPAddress network)
    {
        lock (_gate)
        {
            _wrongLogins.Remove(network);
        }
    }

    static TimeSpan Double(TimeSpan delay) => delay * 2 > LongestDelay ? LongestDelay : delay * 2;

    // Halving at once makes the cost per noted address constant, however many addresses guess.
    void ForgetOlderHalf(DateTimeOffset now)
    {
        var old = _wrongLogins.OrderBy(pair => pair.Value.At).Where((pair, rank) => rank < RememberedAddresses / 2 || now - pair.Value.At >= ForgetAfter);
        foreach (var (network, _) in old.ToList())
        {
            _wrongLogins.Remove(network);
        }
    }

    /// <summary>The address, or, of IPv6, its /64: what one customer of a provider has.</summary>
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
}

/// <summary>A place among the connections of an address that have not logged in; given back at login or, at the latest, by disposing it.</summary>
public sealed class Admission : IDisposable
{
    readonly ConnectionGuard _guard;
    IPAddress? _network;

    internal Admission(ConnectionGuard guard, IPAddress network)
    {
        _guard = guard;
        _network = network;
    }

    /// <summary>The connection has logged in: its place is free, and the wrong logins of its address are forgiven.</summary>
    public void LoggedIn()
    {
        if (_network is { } network)
        {
            _guard.Forgive(network);
        }
        Dispose();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _network, null) is { } network)
        {
            _guard.Release(network);
        }
    }
}
