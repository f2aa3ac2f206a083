using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Delivers what is queued: looks what is due, at once when something is queued and else when the next attempt is, and opens lanes for it, one after the other as long as
/// there is more than those that are open take. Any number of hosts may do so. In mode <c>hold</c> only inboxes here get their mail, and
/// accounts elsewhere send theirs.
/// </summary>
sealed class DeliveryWorker : Worker
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PauseWhileBusy = TimeSpan.FromMilliseconds(250);

    // The time of the store may differ from the database's by a second.
    static readonly TimeSpan ClockPrecision = TimeSpan.FromSeconds(2);

    readonly DeliveryServices _services;
    readonly DeliveryOptions _options;
    readonly IRoutes _routes;
    readonly QueueLeases _leases;
    readonly DestinationRates _rates;
    readonly Jobs<QueueScope> _lanes;

    public DeliveryWorker(
        MailStore store,
        DnsClient dns,
        RemoteServerConnector connector,
        Options options,
        QueueLeases leases,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DeliveryWorker>();
        var client = new SmtpClientOptions(options.Hostname) { Logger = loggers.CreateLogger<SmtpClientSession>() };
        _options = options.Delivery;
        _services = new(store, new(store, options.Hostname, time), new(store, time, logger), client, _options.DelayNotice, time, logger);
        _leases = leases;
        _lanes = new(this, logger);
        _rates = new(_options.MessagesPerMinutePerDestination, time);
        IRoutes general = _options.Mode switch
        {
            DeliveryMode.Relay => RelayRoutes.Of(_options),
            DeliveryMode.Direct =>
                new DirectRoutes(dns, _options.Port, [options.Hostname], PrivateAddresses.OfDelivery(_options)),
            _ => new NoRoutes(),
        };
        _routes = new RemoteAccountRoutes(general, store, connector);
        store.Queue.OnQueued(Wake.Raise);
    }

    public override string Name => "delivery";

    /// <summary>Opens lanes; returns how long to wait before the next look.</summary>
    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        // What becomes due between the two statements must be found by one of them.
        var before = _services.Time.GetUtcNow() - ClockPrecision;
        var due = (await _services.Store.Queue.FindDueAsync(Remote, stopping)).Select(_routes.ScopeOf).OfType<QueueScope>().ToList();
        due.ForEach(scope => Open(scope, stopping));
        return _lanes.Running.Count > 0 ? PauseWhileBusy : await PauseAsync(due, before, stopping);
    }

    // Lanes end between two messages, or stop before a final dot.
    public override Task FinishAsync() => _lanes.WhenAllAsync();

    RemoteDelivery Remote => _options.Mode is DeliveryMode.Hold ? RemoteDelivery.Held : RemoteDelivery.Active;

    // One more for each that has more than its open ones have taken, and that its rate lets go. An account elsewhere has one: providers count them.
    void Open(QueueScope scope, CancellationToken stopping)
    {
        var most = scope.Inbox is null ? _options.ConnectionsPerDestination : 1;
        var running = _lanes.Running;
        if (running.Count < _options.Connections && running.Count(lane => lane == scope) < most && _rates.WaitFor(scope) <= TimeSpan.Zero)
        {
            _lanes.Start(scope, () => new DeliveryLane(_services, _leases, _routes, _rates, scope).RunAsync(stopping));
        }
    }

    /// <param name="waiting">What is due, and waits for its rate.</param>
    /// <param name="before">A time before it was found.</param>
    async Task<TimeSpan> PauseAsync(IEnumerable<QueueScope> waiting, DateTimeOffset before, CancellationToken stopping)
    {
        var next = await _services.Store.Queue.FindNextDueAsync(before, Remote, stopping);
        var pause = waiting.Select(_rates.WaitFor).Append(next ?? LongestPause).Min();
        return pause > LongestPause ? LongestPause : pause > PauseWhileBusy ? pause : PauseWhileBusy;
    }
}
