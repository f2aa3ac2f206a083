using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Notify;

/// <summary>A mailbox that is not selected, and whose messages are reported with STATUS. Owns the lease.</summary>
sealed class WatchedFolder(LiveFolderLease lease, Folder folder, NotifyEvents events) : IDisposable
{
    /// <summary>The folder with its current name.</summary>
    public Folder Folder { get; set; } = folder;

    /// <summary>The requested events of messages.</summary>
    public NotifyEvents Events { get; set; } = events;

    /// <summary>
    /// True if another folder may have had this name before, so that the client may know the name with another
    /// UIDVALIDITY.
    /// </summary>
    public bool HasNewName { get; set; }

    /// <summary>The state that has been reported to the client.</summary>
    public FolderSnapshot Known { get; private set; } = lease.Folder.Current;

    /// <summary>Makes all messages of the folder new, because the folder did not exist before.</summary>
    public void ForgetAll() => Known = new(Known.Key, Known.UidValidity, new(1), default, []);

    /// <summary>Records a state that was reported in another response.</summary>
    public void Learn(FolderSnapshot told) => Known = told;

    /// <summary>Skips messages that the client itself added, if nothing else has changed with them.</summary>
    public void LearnOwn(ModSeq before, ModSeq after)
    {
        var now = lease.Folder.Current;
        if (Known.HighestModSeq == before && now.HighestModSeq == after)
        {
            Known = now;
        }
    }

    /// <summary>Writes the full state that the client needs for its events (RFC 5465 §3.1).</summary>
    public void TellState(ResponseWriter writer)
    {
        List<(string, long)> items = [("MESSAGES", Known.Count), ("UIDNEXT", Known.UidNext.Value), ("UIDVALIDITY", Known.UidValidity.Value)];
        if (Events.HasFlag(NotifyEvents.FlagChange))
        {
            items.Add(("HIGHESTMODSEQ", Known.HighestModSeq.Value));
        }
        Write(writer, items);
    }

    /// <summary>Writes the changes since the last report, if the client wants them (RFC 5465 §5.1 to §5.3).</summary>
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
