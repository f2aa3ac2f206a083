using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// Reports changes of the results of watched searches (RFC 5267 §4.3.2). The position is always 0, because results are
/// in mailbox order.
/// </summary>
static class WatchWriter
{
    /// <summary>Call it before EXPUNGE is written, while the old numbers are still valid.</summary>
    public static async ValueTask ExpungedResultsAsync(
        this ResponseWriter writer, SelectedFolder folder, IReadOnlyList<NumberedEntry> expunged, CancellationToken cancellation)
    {
        foreach (var watch in folder.Watches)
        {
            var numbers = watch.TakeExpunged(expunged)
                .Select(message => watch.Numbering is Numbering.Uids ? message.Entry.Uid.Value : (uint)message.Number);
            await writer.ChangeAsync(watch, "REMOVEFROM", numbers, cancellation);
        }
    }

    /// <summary>Call it after EXISTS is written.</summary>
    public static async ValueTask ChangedResultsAsync(
        this ResponseWriter writer, SelectedFolder folder, IEnumerable<(SearchWatch Watch, ResultChange Change)> results, CancellationToken cancellation)
    {
        foreach (var (watch, (removed, added)) in results)
        {
            await writer.ChangeAsync(watch, "REMOVEFROM", Numbers(folder.View, watch.Numbering, removed), cancellation);
            await writer.ChangeAsync(watch, "ADDTO", Numbers(folder.View, watch.Numbering, added), cancellation);
        }
    }

    /// <summary>
    /// ret-data-addto / ret-data-removefrom = ("ADDTO" / "REMOVEFROM") SP "(" context-position SP sequence-set ")"
    /// (RFC 5267 §5)
    /// </summary>
    static async ValueTask ChangeAsync(
        this ResponseWriter writer, SearchWatch watch, string item, IEnumerable<uint> numbers, CancellationToken cancellation)
    {
        var runs = NumberRuns.Of(numbers).ToList();
        if (runs.Count == 0)
        {
            return;
        }
        writer.SearchHead(watch.Tag, watch.Numbering).Sp().Atom(item).Atom(" (0 "u8);
        await writer.SetAsync(runs, cancellation);
        writer.Close().CrLf();
    }

    static IEnumerable<uint> Numbers(FolderSnapshot view, Numbering numbering, IReadOnlyList<Uid> uids) =>
        uids.Select(uid => numbering is Numbering.Uids ? uid.Value : (uint)view.IndexOf(uid) + 1);
}
