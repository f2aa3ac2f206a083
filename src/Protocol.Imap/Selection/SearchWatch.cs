using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>A search of whose results the client wants to know every change (RFC 5267 §4.3). Used by the task of its connection alone.</summary>
/// <param name="tag">Of the command that has asked for it.</param>
/// <param name="criterion">Message numbers in it are bound; the rest is judged by the view of the moment.</param>
/// <param name="view">The state of the folder that the results are of.</param>
sealed class SearchWatch(string tag, SearchCriterion criterion, Numbering numbering, Searches searches, FolderSnapshot view, IEnumerable<Uid> found)
{
    readonly HashSet<Uid> _results = [.. found];

    // The results are right for this state, but for what has been expunged since.
    FolderSnapshot _judged = view;

    public string Tag { get; } = tag;

    public Numbering Numbering { get; } = numbering;

    /// <summary>What is told of messages that are results as soon as they come (RFC 5465 §7); empty for nothing.</summary>
    public ImmutableArray<FetchItem> NewMessage { get; init; } = [];

    /// <summary>Results that are among what is about to be told as expunged, ascending; they are no results any more.</summary>
    public IReadOnlyList<NumberedEntry> TakeExpunged(IReadOnlyList<NumberedEntry> expunged) =>
        [.. expunged.Where(message => _results.Remove(message.Entry.Uid))];

    /// <summary>Judges what has changed and come since the last time. When the database is lost nothing is told, and the next time judges all of it.</summary>
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

    /// <summary>Ascending.</summary>
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

/// <summary>How the results of a search have changed; both ascending.</summary>
sealed record ResultChange(IReadOnlyList<Uid> Removed, IReadOnlyList<Uid> Added)
{
    public static readonly ResultChange None = new([], []);
}
