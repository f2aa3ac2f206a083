using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// Tells of messages that have just come what the client has asked for beforehand: NOTIFY for all of them (RFC 5465 §5.2), UPDATE for those that are results
/// of a search (§7). Each is told of once.
/// </summary>
/// <param name="arrived">Ascending; in the view of the folder.</param>
/// <param name="results">How the results of the watched searches have changed.</param>
sealed class ArrivalWriter(
    ResponseWriter writer, SelectedFolder folder, IReadOnlyList<Uid> arrived, IReadOnlyList<(SearchWatch Watch, ResultChange Change)> results)
{
    readonly HashSet<Uid> _told = [];

    /// <summary>Of the messages that are new results, before ESEARCH tells that they are.</summary>
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

    /// <summary>Of all others, after ESEARCH.</summary>
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
            // The client knows that they are there, and can ask.
        }
    }
}
