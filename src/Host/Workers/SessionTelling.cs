using System.Threading.Channels;
using AgentPost.Protocol;
using AgentPost.Store;

namespace AgentPost.Host.Workers;

/// <summary>Lets events tell of mail clients that log in and go. Many at once become one statement; logging in never waits for it.</summary>
sealed class SessionTelling : BackgroundService
{
    const int MostWaiting = 10_000;
    const int MostAtOnce = 500;

    // A client that looks for mail once a minute, times thousands, must cost nothing.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    readonly Channel<SessionChange> _changes =
        Channel.CreateBounded<SessionChange>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    readonly MailStore _store;
    readonly ILogger<SessionTelling> _logger;

    public SessionTelling(MailStore store, SessionRegistry sessions, TimeProvider time, ILogger<SessionTelling> logger)
    {
        _store = store;
        _logger = logger;
        sessions.OnChanged(
            session => Take(session, hasStarted: true, session.Since),
            session => Take(session, hasStarted: false, time.GetUtcNow()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _changes.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Gather, stoppingToken);
            var some = new List<SessionChange>();
            while (some.Count < MostAtOnce && _changes.Reader.TryRead(out var change))
            {
                some.Add(change);
            }
            try
            {
                await _store.Events.NoteSessionsAsync(some, stoppingToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.SessionsNotTold(_logger, some.Count, unavailable);
            }
        }
    }

    void Take(RegisteredSession session, bool hasStarted, DateTimeOffset at)
    {
        if (InboxId.TryParse(session.Login.Inbox, out var inbox) && KeyId.TryParse(session.Login.Key, out var key))
        {
            _changes.Writer.TryWrite(new(inbox, key, session.ConnectionId, session.Login.Protocol, session.RemoteAddress.ToString(), hasStarted, at));
        }
    }
}
