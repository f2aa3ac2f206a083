using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>Keeps a <see cref="LiveInbox"/> updated until disposed.</summary>
public sealed class LiveInboxLease : IDisposable
{
    readonly LiveInboxes _owner;
    readonly InboxId _id;
    int _disposed;

    internal LiveInboxLease(LiveInboxes owner, InboxId id, LiveInbox inbox)
    {
        _owner = owner;
        _id = id;
        Inbox = inbox;
    }

    public LiveInbox Inbox { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _owner.Return(_id);
        }
    }
}
