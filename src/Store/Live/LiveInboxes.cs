using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>The inboxes that have consumers in this process. Thread-safe.</summary>
public sealed class LiveInboxes
{
    readonly Lock _lock = new();
    readonly Dictionary<InboxId, Slot> _slots = [];

    internal LiveInboxes()
    {
    }

    /// <summary>Sends changes of an inbox to its <see cref="LiveInbox"/> until the lease is disposed.</summary>
    public LiveInboxLease Open(InboxId inbox)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(inbox, out var slot))
            {
                _slots.Add(inbox, slot = new());
            }
            slot.Leases++;
            return new(this, inbox, slot.Inbox);
        }
    }

    internal void MessagesChanged(InboxId inbox) => Find(inbox)?.MessagesChanged();

    internal void NamesChanged(InboxId inbox) => Find(inbox)?.NamesChanged();

    /// <summary>Notifies all consumers, because hints may have been lost.</summary>
    internal void AllChanged()
    {
        LiveInbox[] all;
        lock (_lock)
        {
            all = [.. _slots.Values.Select(slot => slot.Inbox)];
        }
        foreach (var inbox in all)
        {
            inbox.NamesChanged();
        }
    }

    internal void Return(InboxId inbox)
    {
        lock (_lock)
        {
            if (--_slots[inbox].Leases == 0)
            {
                _slots.Remove(inbox);
            }
        }
    }

    LiveInbox? Find(InboxId inbox)
    {
        lock (_lock)
        {
            return _slots.GetValueOrDefault(inbox)?.Inbox;
        }
    }

    sealed class Slot
    {
        public LiveInbox Inbox { get; } = new();

        public int Leases { get; set; }
    }
}
