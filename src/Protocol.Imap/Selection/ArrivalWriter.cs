using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// Reports new messages with the items that the client requested in advance: with NOTIFY for all of them (RFC 5465
/// §5.2), with UPDATE for results of a search (§7). Each message is reported once.
/// </summary>
/// <param name="arrived">UIDs in the view of the folder, ascending.</param>
/// <param name="results">Changes of the results of the watched searches.</param>
sealed class ArrivalWriter(
    ResponseWriter writer, SelectedFolder folder, IReadOnlyList<Uid> arrived, IReadOnlyList<(SearchWatch Watch, ResultChange Change)> results)
{
    readonly HashSet<Uid> _told = [];

    /// <summary>Reports the messages that are new results, before ESEARCH.</summary>
    public async ValueTask WriteResultsAsync(CancellationToken cancellation)
    {
        var asking = results.Where(result => !result.Watch.NewMessage.IsEmpty && result.Change.Added.Count > 0).ToList();
        if (asking.Count == 0)
        {
            return;
        }
        foreach (var uid in arrived)
        {
            var items = asking.Where(result => result.Change.Added.Contains(uid)).SelectMany(result => result.Watch.NewMessage).ToList();
            if (items.Count > 0)
            {
                _told.Add(uid);
                await WriteAsync([uid], [.. items, .. folder.Events.NewMessage], cancellation);
            }
        }
    }

    /// <summary>Reports all other new messages, after ESEARCH.</summary>
    public async ValueTask WriteOthersAsync(CancellationToken cancellation)
    {
        var others = arrived.Where(uid => !_told.Contains(uid)).ToList();
        if (others.Count > 0 && !folder.Events.NewMessage.IsEmpty)
        {
            await WriteAsync(others, folder.Events.NewMessage, cancellation);
        }
    }

    async ValueTask WriteAsync(IReadOnlyList<Uid> uids, IEnumerable<FetchItem> items, CancellationToken cancellation)
    {
        var plan = FetchPlan.CreateUnasked(items, writer.Enabled);
        var selection = folder.Resolve(new([.. NumberRuns.Of(uids.Select(uid => uid.Value))]), Numbering.Uids);
        try
        {
            await new FetchResponder(folder, folder.Messages, writer, plan, null).WriteAsync(selection, cancellation);
        }
        catch (StoreUnavailableException) when (!writer.IsMidResponse)
        {
            // EXISTS has reported the messages, so the client can fetch them.
        }
    }
}
