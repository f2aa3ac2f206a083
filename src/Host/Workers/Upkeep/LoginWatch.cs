using AgentPost.Host.Workers.Supervision;
using AgentPost.Protocol.Connections;
using AgentPost.Store;
using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// Ends the sessions of keys that were revoked or have expired and of inboxes that were deleted: immediately when the
/// store reports a change from any instance, and every 30 seconds.
/// </summary>
sealed class LoginWatch : Worker
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // A login that read the key before the change may not have been registered yet when the change was reported.
    static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(500);

    readonly MailStore _store;
    readonly SessionRegistry _sessions;
    readonly ILogger<LoginWatch> _logger;
    int _hasChanged;

    public LoginWatch(MailStore store, SessionRegistry sessions, ILogger<LoginWatch> logger)
    {
        (_store, _sessions, _logger) = (store, sessions, logger);
        store.OnAccountsChanged(_ =>
        {
            Volatile.Write(ref _hasChanged, 1);
            Wake.Raise();
            return Task.CompletedTask;
        });
    }

    public override string Name => "login watch";

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        var pause = Interlocked.Exchange(ref _hasChanged, 0) == 1 ? SecondLook : Interval;
        var logins = _sessions.List().Select(session => session.Login).Select(LoginOf).ToHashSet();
        if (logins.Count > 0)
        {
            EndSessions([.. await _store.Accounts.FindEndedAsync(logins, stopping)]);
        }
        return pause;
    }

    void EndSessions(HashSet<(KeyId Key, InboxId Inbox)> ended)
    {
        if (ended.Count > 0)
        {
            var count = _sessions.End(session => ended.Contains(LoginOf(session.Login)), EndReason.LoginEnded);
            Log.LoginsEnded(_logger, count);
        }
    }

    static (KeyId Key, InboxId Inbox) LoginOf(SessionLogin login) =>
        KeyId.TryParse(login.Key, out var key) && InboxId.TryParse(login.Inbox, out var inbox)
            ? (key, inbox)
            : throw new InvalidOperationException("A session was registered with ids that are none of the store's.");
}
