using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;
using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.Polling;

/// <summary>
/// Polls remote accounts. The instance that holds the lease of an account polls it; the others check periodically
/// whether the lease is free.
/// </summary>
sealed class RemoteAccountWorker : Worker
{
    // Each account uses an idle connection.
    const int MaxAccounts = 5000;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly MailStore _store;
    readonly PollingSignal _signal;
    readonly IServiceProvider _services;
    readonly Jobs<InboxId> _polls;

    public RemoteAccountWorker(
        MailStore store, PollingSignal signal, IServiceProvider services, ILogger<RemoteAccountWorker> logger)
    {
        (_store, _signal, _services) = (store, signal, services);
        _polls = new(this, logger);
    }

    public override string Name => "remote accounts";

    public override WakeSignal Wake => _signal.Wake;

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        for (var free = MaxAccounts - _polls.Running.Count; free > 0; free--)
        {
            if (await _store.RemoteAccounts.AcquireAsync(stopping) is not var (account, lease))
            {
                break;
            }
            _polls.Start(
                account.Inbox,
                () => ActivatorUtilities.CreateInstance<RemoteAccountPoller>(_services, account, lease).RunAsync(stopping));
        }
        return Interval;
    }

    public override Task FinishAsync() => _polls.WhenAllAsync();
}
