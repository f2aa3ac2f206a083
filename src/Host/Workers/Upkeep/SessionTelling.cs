using System.Threading.Channels;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Protocol.Connections;
using AgentPost.Store;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// Records events when mail clients log in and disconnect. Batches them into one statement, and never delays a login.
/// Events that cannot be recorded are dropped.
/// </summary>
sealed class SessionTelling : Worker
{
    const int MaxWaiting = 10_000;
    const int MaxBatch = 500;

    // Thousands of clients that check for mail every minute must cause almost no load.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    readonly Channel<SessionChange> _changes = Channel.CreateBounded<SessionChange>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    readonly MailStore _store;

    public SessionTelling(MailStore store, SessionRegistry sessions, TimeProvider time)
    {
        _store = store;
        sessions.OnChanged(
            session => Take(session, hasStarted: true, session.Since),
            session => Take(session, hasStarted: false, time.GetUtcNow()));
    }

    public override string Name => "session events";

    public override async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        if (!_changes.Reader.TryPeek(out _))
        {
            return Timeout.InfiniteTimeSpan;
        }
        await Task.Delay(Gather, stopping);
        var batch = new List<SessionChange>();
        while (batch.Count < MaxBatch && _changes.Reader.TryRead(out var change))
        {
            batch.Add(change);
        }
        await _store.Events.NoteSessionsAsync(batch, stopping);
        return TimeSpan.Zero;
    }

    void Take(RegisteredSession session, bool hasStarted, DateTimeOffset at)
    {
        if (InboxId.TryParse(session.Login.Inbox, out var inbox) && KeyId.TryParse(session.Login.Key, out var key))
        {
            var address = session.RemoteAddress.ToString();
            _changes.Writer.TryWrite(
                new(inbox, key, session.ConnectionId, session.Login.Protocol, address, hasStarted, at));
            Wake.Raise();
        }
    }
}
