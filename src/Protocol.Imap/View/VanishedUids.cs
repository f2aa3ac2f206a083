using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// UIDs for VANISHED (EARLIER): a client may still know them, but they are no longer in the folder (RFC 7162
/// §3.2.10.1). UIDs that are still in the view are never included: a separate VANISHED reports them.
/// </summary>
static class VanishedUids
{
    /// <param name="known">UIDs that the client asks about, as ascending, non-overlapping ranges.</param>
    /// <param name="expunged">UIDs expunged since the client's last state, as ascending, non-overlapping ranges. Null
    /// if the change log no longer reaches back that far: any missing UID is then reported.</param>
    public static IEnumerable<SequenceRange> Of(FolderSnapshot view, IReadOnlyList<SequenceRange> known, IReadOnlyList<UidRange>? expunged)
    {
        // UIDs that have not been assigned cannot have vanished.
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

    /// <summary>Returns the parts of a UID range in which the view has no message.</summary>
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
