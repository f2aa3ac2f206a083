using AgentPost.Host.Api.Events;
using AgentPost.Store;

namespace AgentPost.Host.Workers;

/// <summary>
/// Ends the WebSockets of keys that were revoked or have expired, at once when the store tells of a change on any host; and while WebSockets are open, sees to it that
/// events are written.
/// </summary>
sealed class SocketWatch(MailStore store, EventSockets sockets, ILogger<SocketWatch> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.OnAccountsChanged(CheckAsync);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await CheckAsync(stoppingToken);
        }
    }

    async Task CheckAsync(CancellationToken cancellation)
    {
        var keys = sockets.Keys();
        if (keys.Count == 0)
        {
            return;
        }
        try
        {
            sockets.End([.. await store.Accounts.FindEndedKeysAsync([.. keys.Select(key => key.Id)], cancellation)]);
            foreach (var organization in keys.Select(key => key.Organization).Distinct())
            {
                await store.Events.FollowAsync(organization, cancellation);
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.SocketCheckFailed(logger, unavailable);
        }
    }
}
