using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>A mailbox that is not selected and whose messages the client is told of, by STATUS. Owns the lease.</summary>
sealed class WatchedFolder(LiveFolderLease lease, Folder folder, NotifyEvents events) : IDisposable
{
    /// <summary>As it is called now.</summary>
    public Folder Folder { get; set; } = folder;

    /// <summary>Of messages.</summary>
    public NotifyEvents Events { get; set; } = events;

    /// <summary>Whether another folder may have had its name, so that the client may know that name with another UIDVALIDITY.</summary>
    public bool HasNewName { get; set; }

    /// <summary>The state that the client has been told of.</summary>
    public FolderSnapshot Known { get; private set; } = lease.Folder.Current;

    /// <summary>Of a folder that was not there before, everything in it is news.</summary>
    public void ForgetAll() => Known = new(Known.Key, Known.UidValidity, new(1), default, []);

    /// <summary>The client has been told of this state in another way.</summary>
    public void Learn(FolderSnapshot told) => Known = told;

    /// <summary>The client itself has brought messages: it knows them, if nothing else has changed with them.</summary>
    public void LearnOwn(ModSeq before, ModSeq after)
    {
        var now = lease.Folder.Current;
        if (Known.HighestModSeq == before && now.HighestModSeq == after)
        {
            Known = now;
        }
    }

    /// <summary>The whole state that the client needs for the events it wants (RFC 5465 §3.1).</summary>
    public void TellState(ResponseWriter writer)
    {
        List<(string, long)> items = [("MESSAGES", Known.Count), ("UIDNEXT", Known.UidNext.Value), ("UIDVALIDITY", Known.UidValidity.Value)];
        if (Events.HasFlag(NotifyEvents.FlagChange))
        {
            items.Add(("HIGHESTMODSEQ", Known.HighestModSeq.Value));
        }
        Write(writer, items);
    }

    /// <summary>What is new since the last time, if the client wants to know it (RFC 5465 §5.1 to §5.3).</summary>
    public void TellNews(ResponseWriter writer)
    {
        var (before, now) = (Known, lease.Folder.Current);
        var isValidityNews = HasNewName && Events.HasFlag(NotifyEvents.FlagChange);
        (Known, HasNewName) = (now, false);
        if ((ReferenceEquals(before, now) && !isValidityNews) || lease.Folder.IsGone)
        {
            return;
        }
        var diff = SnapshotDiff.Between(before, now);
        var items = new List<(string, long)>();
        if (diff.Arrived > 0 || diff.Expunged.Count > 0)
        {
            items.AddRange([("MESSAGES", now.Count), ("UIDNEXT", now.UidNext.Value)]);
        }
        var tellsFlags = Events.HasFlag(NotifyEvents.FlagChange);
        if (tellsFlags && before.CountUnseen() != now.CountUnseen())
        {
            items.Add(("UNSEEN", now.CountUnseen()));
        }
        if (writer.Enabled.HasFlag(EnabledExtensions.CondStore) && (items.Count > 0 || (tellsFlags && diff.Changed.Count > 0)))
        {
            items.Add(("HIGHESTMODSEQ", now.HighestModSeq.Value));
        }
        if (items.Count > 0 || isValidityNews)
        {
            Write(writer, [.. items, ("UIDVALIDITY", now.UidValidity.Value)]);
        }
    }

    public void Dispose() => lease.Dispose();

    void Write(ResponseWriter writer, IReadOnlyList<(string Name, long Value)> items) =>
        writer.Untagged().Atom("STATUS "u8).Mailbox(Folder.Name)
            .Atom($" ({string.Join(' ', items.Select(item => FormattableString.Invariant($"{item.Name} {item.Value}")))})").CrLf();
}
