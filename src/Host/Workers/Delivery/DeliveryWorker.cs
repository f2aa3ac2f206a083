using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Delivers queued mail: checks what is due, immediately when mail is enqueued and otherwise at the next attempt.
/// Starts one connection at a time per destination, and further ones while more mail is due than the running ones have
/// acquired. Any number of instances can do this. In mode <c>hold</c>, only local inboxes receive mail, and remote
/// accounts send.
/// </summary>
sealed class DeliveryWorker : Worker
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PauseWhileBusy = TimeSpan.FromMilliseconds(250);

    // The store's time may differ from the database's by a second.
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

    /// <summary>Starts connections for due mail. Returns the delay until the next check.</summary>
    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        // Mail that becomes due between the two statements must be found by one of them.
        var before = _services.Time.GetUtcNow() - ClockPrecision;
        var due = (await _services.Store.Queue.FindDueAsync(Remote, stopping)).Select(_routes.ScopeOf).OfType<QueueScope>().ToList();
        due.ForEach(scope => Open(scope, stopping));
        return _lanes.Running.Count > 0 ? PauseWhileBusy : await PauseAsync(due, before, stopping);
    }

    // Running deliveries stop between two messages, or before a final dot.
    public override Task FinishAsync() => _lanes.WhenAllAsync();

    RemoteDelivery Remote => _options.Mode is DeliveryMode.Hold ? RemoteDelivery.Held : RemoteDelivery.Active;

    // Start one more connection if the destination has more due mail than its connections have acquired and its rate
    // allows it. A remote account has only one: providers limit connections.
    void Open(QueueScope scope, CancellationToken stopping)
    {
        var most = scope.Inbox is null ? _options.ConnectionsPerDestination : 1;
        var running = _lanes.Running;
        if (running.Count < _options.Connections && running.Count(lane => lane == scope) < most && _rates.WaitFor(scope) <= TimeSpan.Zero)
        {
            _lanes.Start(scope, () => new DeliveryLane(_services, _leases, _routes, _rates, scope).RunAsync(stopping));
        }
    }

    /// <param name="waiting">Due mail that waits for its rate limit.</param>
    /// <param name="before">A time before the due mail was read.</param>
    async Task<TimeSpan> PauseAsync(IEnumerable<QueueScope> waiting, DateTimeOffset before, CancellationToken stopping)
    {
        var next = await _services.Store.Queue.FindNextDueAsync(before, Remote, stopping);
        var pause = waiting.Select(_rates.WaitFor).Append(next ?? LongestPause).Min();
        return pause > LongestPause ? LongestPause : pause > PauseWhileBusy ? pause : PauseWhileBusy;
    }
}
