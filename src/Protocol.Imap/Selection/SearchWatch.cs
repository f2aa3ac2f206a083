using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// A search for which the client receives every change of the results (RFC 5267 §4.3). Used only by the connection's
/// task.
/// </summary>
/// <param name="tag">Tag of the search command.</param>
/// <param name="criterion">Its message numbers are bound; the rest is evaluated against the current view.</param>
/// <param name="view">The folder state to which the results belong.</param>
sealed class SearchWatch(string tag, SearchCriterion criterion, Numbering numbering, Searches searches, FolderSnapshot view, IEnumerable<Uid> found)
{
    readonly HashSet<Uid> _results = [.. found];

    // The results are valid for this state, except for messages expunged since.
    FolderSnapshot _judged = view;

    public string Tag { get; } = tag;

    public Numbering Numbering { get; } = numbering;

    /// <summary>Items to fetch from new messages that are results (RFC 5465 §7); empty for none.</summary>
    public ImmutableArray<FetchItem> NewMessage { get; init; } = [];

    /// <summary>Removes the results that are about to be reported as expunged, and returns them, ascending.</summary>
    public IReadOnlyList<NumberedEntry> TakeExpunged(IReadOnlyList<NumberedEntry> expunged) =>
        [.. expunged.Where(message => _results.Remove(message.Entry.Uid))];

    /// <summary>
    /// Evaluates the messages that are new or changed since the last call. If the database is unavailable or the search
    /// times out, returns no changes, and the next call evaluates all of them.
    /// </summary>
    public async ValueTask<ResultChange> JudgeAsync(SelectedFolder folder, CancellationToken cancellation)
    {
        var now = folder.View;
        var candidates = Candidates(SnapshotDiff.Between(_judged, now), now);
        if (candidates.Count > 0)
        {
            var ranges = NumberRuns.Of(candidates.Select(uid => uid.Value)).Select(range => new UidRange(new(range.First), new(range.Last)));
            var narrowed = new SearchCriterion.And([new SearchCriterion.Uids([.. ranges]), SessionCriterion.Bind(criterion, folder)]);
            try
            {
                var matching = (await searches.FindAsync(now, narrowed, cancellation)).ToHashSet();
                _judged = now;
                return new(
                    [.. candidates.Where(uid => !matching.Contains(uid) && _results.Remove(uid))],
                    [.. candidates.Where(uid => matching.Contains(uid) && _results.Add(uid))]);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or StoreRefusedException { Refusal: Refusal.SearchTimeout })
            {
                return ResultChange.None;
            }
        }
        _judged = now;
        return ResultChange.None;
    }

    /// <summary>Returns UIDs, ascending.</summary>
    static List<Uid> Candidates(SnapshotDiff diff, FolderSnapshot now)
    {
        var candidates = diff.Changed.Select(change => change.After.Uid).ToList();
        for (var index = now.Count - diff.Arrived; index < now.Count; index++)
        {
            candidates.Add(now[index].Uid);
        }
        return candidates;
    }
}

/// <summary>Changes of the results of a search; both lists ascending.</summary>
sealed record ResultChange(IReadOnlyList<Uid> Removed, IReadOnlyList<Uid> Added)
{
    public static readonly ResultChange None = new([], []);
}
