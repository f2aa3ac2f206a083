using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Delivers what is queued: looks what is due, at once when something is queued and else when the next attempt is, and opens lanes for it, one after the other as long as
/// there is more than those that are open take. Any number of hosts may do so. In mode <c>hold</c> only inboxes here get their mail, and
/// accounts elsewhere send theirs.
/// </summary>
sealed class DeliveryWorker : BackgroundService
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PauseWhileBusy = TimeSpan.FromMilliseconds(250);

    readonly DeliveryServices _services;
    readonly DeliveryOptions _options;
    readonly IRoutes _routes;
    readonly Leases _leases;
    readonly DestinationRates _rates;
    readonly WakeSignal _wake = new();
    readonly List<(QueueScope Scope, Task Work)> _lanes = [];

    public DeliveryWorker(MailStore store, DnsClient dns, RemoteServerConnector connector, Options options, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DeliveryWorker>();
        var client = new SmtpClientOptions(options.Hostname) { Logger = loggers.CreateLogger<SmtpClientSession>() };
        _options = options.Delivery;
        _services = new(store, new(store, options.Hostname, time), new(store, time, logger), client, _options.DelayNotice, time, logger);
        _leases = new(store.Queue, logger);
        _rates = new(_options.MessagesPerMinutePerDestination, time);
        IRoutes general = _options.Mode switch
        {
            DeliveryMode.Relay => RelayRoutes.Of(_options),
            DeliveryMode.Direct =>
                new DirectRoutes(dns, _options.Port, [options.Hostname], PrivateAddresses.OfDelivery(_options)),
            _ => new NoRoutes(),
        };
        _routes = new RemoteAccountRoutes(general, store, connector);
        store.Queue.OnQueued(_wake.Raise);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var extending = _leases.ExtendAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _wake.WaitAsync(await WorkAsync(stoppingToken), stoppingToken);
        }
        // They end by themselves: between two messages, or by breaking off before a final dot.
        await Task.WhenAll(_lanes.Select(lane => lane.Work));
        await extending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    RemoteDelivery Remote => _options.Mode is DeliveryMode.Hold ? RemoteDelivery.Held : RemoteDelivery.Active;

    /// <summary>Opens lanes; returns how long to wait before the next look.</summary>
    async Task<TimeSpan> WorkAsync(CancellationToken stopping)
    {
        _lanes.RemoveAll(lane => lane.Work.IsCompleted);
        try
        {
            var now = _services.Time.GetUtcNow();
            var due = (await _services.Store.Queue.FindDueAsync(Remote, stopping)).Select(_routes.ScopeOf).OfType<QueueScope>().ToList();
            due.ForEach(scope => Open(scope, stopping));
            return _lanes.Count > 0 ? PauseWhileBusy : await PauseAsync(due, now, stopping);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.DeliveryPaused(_services.Logger, unavailable);
            return DeliveryServices.Pause;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        // A fault of ours must not end delivery for good, nor the program.
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Log.DeliveryFailed(_services.Logger, QueueScope.Elsewhere.ToString(), fault);
            return LongestPause;
        }
    }

    // One more for each that has more than its open ones have taken, and that its rate lets go. An account elsewhere has one: providers count them.
    void Open(QueueScope scope, CancellationToken stopping)
    {
        var most = scope.Inbox is null ? _options.ConnectionsPerDestination : 1;
        if (_lanes.Count < _options.Connections && _lanes.Count(lane => lane.Scope == scope) < most && _rates.WaitFor(scope) <= TimeSpan.Zero)
        {
            _lanes.Add((scope, new DeliveryLane(_services, _leases, _routes, _rates, scope).RunAsync(stopping)));
        }
    }

    /// <param name="waiting">What is due, and waits for its rate.</param>
    /// <param name="now">When it was found.</param>
    async Task<TimeSpan> PauseAsync(IEnumerable<QueueScope> waiting, DateTimeOffset now, CancellationToken stopping)
    {
        var next = await _services.Store.Queue.FindNextDueAsync(now, Remote, stopping);
        var pause = waiting.Select(_rates.WaitFor).Append(next - _services.Time.GetUtcNow() ?? LongestPause).Min();
        return pause > LongestPause ? LongestPause : pause > PauseWhileBusy ? pause : PauseWhileBusy;
    }
}
