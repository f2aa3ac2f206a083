using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// What VANISHED (EARLIER) names: UIDs that a client may still know and that are not in the folder any more (RFC 7162 §3.2.10.1). What the view still
/// shows is never among them: that is told by a VANISHED of its own.
/// </summary>
static class VanishedUids
{
    /// <param name="known">UIDs that the client asks about, ascending and apart.</param>
    /// <param name="expunged">Those expunged since the client last knew, ascending and apart; null when that is not known any more: then all may be.</param>
    public static IEnumerable<SequenceRange> Of(FolderSnapshot view, IReadOnlyList<SequenceRange> known, IReadOnlyList<UidRange>? expunged)
    {
        // Beyond the last UID given out nothing can have vanished.
        IReadOnlyList<SequenceRange> given = view.UidNext.Value > 1 ? [new(1, view.UidNext.Value - 1)] : [];
        var candidates = Common(known, given);
        if (expunged is not null)
        {
            candidates = Common([.. candidates], [.. expunged.Select(range => new SequenceRange(range.First.Value, range.Last.Value))]);
        }
        return candidates.SelectMany(range => Gaps(view, range));
    }

    static IEnumerable<SequenceRange> Common(IReadOnlyList<SequenceRange> left, IReadOnlyList<SequenceRange> right)
    {
        for (int i = 0, j = 0; i < left.Count && j < right.Count;)
        {
            var common = new SequenceRange(Math.Max(left[i].First, right[j].First), Math.Min(left[i].Last, right[j].Last));
            if (common.First <= common.Last)
            {
                yield return common;
            }
            if (left[i].Last < right[j].Last)
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    /// <summary>The parts of a range of UIDs in which the view has no message.</summary>
    static IEnumerable<SequenceRange> Gaps(FolderSnapshot view, SequenceRange range)
    {
        var next = range.First;
        var found = view.IndexOf(new(range.First));
        for (var index = found >= 0 ? found : ~found; index < view.Count && view[index].Uid.Value is var uid && uid <= range.Last; index++)
        {
            if (uid > next)
            {
                yield return new(next, uid - 1);
            }
            if (uid == range.Last)
            {
                yield break;
            }
            next = uid + 1;
        }
        yield return new(next, range.Last);
    }
}
