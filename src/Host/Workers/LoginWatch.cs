using System.Threading.Channels;
using AgentPost.Protocol;
using AgentPost.Store;

namespace AgentPost.Host.Workers;

/// <summary>
/// Ends the sessions whose key was revoked or has expired, or whose inbox is gone: at once when the store tells of a change on any host, once more
/// shortly after for those that were just logging in, and every 30 s for what nobody tells of.
/// </summary>
sealed class LoginWatch(MailStore store, SessionRegistry sessions, ILogger<LoginWatch> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // A login whose key was still good when it was read may not have been registered yet when the change was told.
    static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(500);

    // One slot: changes that come while a check runs ask for one more check.
    readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.OnAccountsChanged(_ =>
        {
            _changed.Writer.TryWrite(true);
            return Task.CompletedTask;
        });
        var pause = Interval;
        while (true)
        {
            pause = await IsToldWithinAsync(pause, stoppingToken) ? SecondLook : Interval;
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            try
            {
                await EndLostLoginsAsync(stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.LoginCheckFailed(logger, unavailable);
            }
        }
    }

    async Task<bool> IsToldWithinAsync(TimeSpan pause, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(pause);
        try
        {
            await _changed.Reader.ReadAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            // The pause is over, or the program stops: the loop knows which.
            return false;
        }
    }

    async Task EndLostLoginsAsync(CancellationToken stopping)
    {
        var logins = sessions.List().Select(session => session.Login).Select(LoginOf).ToHashSet();
        if (logins.Count == 0)
        {
            return;
        }
        var ended = (await store.Accounts.FindEndedAsync(logins, stopping)).ToHashSet();
        if (ended.Count > 0)
        {
            Log.LoginsEnded(logger, sessions.End(session => ended.Contains(LoginOf(session.Login)), EndReason.LoginEnded));
        }
    }

    static (KeyId Key, InboxId Inbox) LoginOf(SessionLogin login) =>
        KeyId.TryParse(login.Key, out var key) && InboxId.TryParse(login.Inbox, out var inbox)
            ? (key, inbox)
            : throw new InvalidOperationException("A session was registered with ids that are none of the store's.");
}
