using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>Evaluates the criteria that need only the view in memory.</summary>
static class EntryTests
{
    public static EntryTest Of(SearchCriterion criterion)
    {
        switch (criterion)
        {
            case SearchCriterion.All:
                return (in FolderEntry _, bool[] _) => true;
            case SearchCriterion.HasFlag(var flag):
                return (in FolderEntry entry, bool[] _) => (entry.Flags & flag) == flag;
            case SearchCriterion.HasKeyword(var keyword):
                return (in FolderEntry entry, bool[] _) => !entry.Keywords.IsEmpty && entry.Keywords.Contains(keyword);
            case SearchCriterion.ChangedFrom(var modSeq):
                return (in FolderEntry entry, bool[] _) => entry.ModSeq >= modSeq;
            case SearchCriterion.Uids(var ranges):
                return (in FolderEntry entry, bool[] _) => IsWithin(ranges, entry.Uid);
            default:
                throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "Not a criterion of the view.");
        }
    }

    static bool IsWithin(IReadOnlyList<UidRange> ranges, Uid uid)
    {
        var (low, high) = (0, ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (uid < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (uid > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }
        return false;
    }
}
