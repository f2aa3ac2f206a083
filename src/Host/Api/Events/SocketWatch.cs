using AgentPost.Host.Workers.Supervision;
using AgentPost.Store;

namespace AgentPost.Host.Api.Events;

/// <summary>
/// Closes the WebSockets of keys that were revoked or have expired, immediately when the store reports a change from
/// any instance, and ensures that events are recorded while WebSockets are open.
/// </summary>
sealed class SocketWatch : Worker
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    readonly MailStore _store;
    readonly EventSockets _sockets;

    public SocketWatch(MailStore store, EventSockets sockets)
    {
        (_store, _sockets) = (store, sockets);
        store.OnAccountsChanged(_ =>
        {
            Wake.Raise();
            return Task.CompletedTask;
        });
    }

    public override string Name => "WebSocket watch";

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        var keys = _sockets.Keys();
        if (keys.Count > 0)
        {
            _sockets.End([.. await _store.Accounts.FindEndedKeysAsync([.. keys.Select(key => key.Id)], stopping)]);
            foreach (var filters in _sockets.Subscriptions())
            {
                await _store.Events.FollowAsync(
                    filters.Key,
                    filters.FirstOrDefault(filter => filter.AsksForSessions) ?? filters.First(),
                    stopping);
            }
        }
        return Interval;
    }
}
