using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// A run of entries ordered by UID, with 1 to 1,024 entries, shared between snapshots. Immutable: the caller must not
/// change the array afterwards.
/// </summary>
public sealed class FolderBlock(FolderEntry[] entries)
{
    public const int Capacity = 1024;

    // Computed on first use. In a race it is computed twice, and either result is valid.
    Tally? _tally;

    public ReadOnlyMemory<FolderEntry> Entries { get; } = entries;

    public int Count => Entries.Length;

    public Uid First => Entries.Span[0].Uid;

    public Uid Last => Entries.Span[^1].Uid;

    /// <summary>Number of entries without <c>\Seen</c>.</summary>
    public int UnseenCount => Counted.Unseen;

    /// <summary>Number of entries with <c>\Deleted</c>.</summary>
    public int DeletedCount => Counted.Deleted;

    /// <summary>Index in the block of the first entry without <c>\Seen</c>, or -1 if there is none.</summary>
    internal int FirstUnseen => Counted.FirstUnseen;

    /// <summary>The distinct keyword sets of the entries, except the empty one.</summary>
    internal IReadOnlyCollection<KeywordSet> KeywordSets => Counted.KeywordSets;

    Tally Counted => _tally ??= TallyOf(Entries.Span);

    /// <summary>
    /// Finds the index of a UID in the block. If it is absent, returns the complement of the index of the next larger
    /// UID.
    /// </summary>
    internal int IndexOf(Uid uid)
    {
        var entries = Entries.Span;
        var low = 0;
        var high = entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = entries[middle].Uid.Value.CompareTo(uid.Value);
            if (order == 0)
            {
                return middle;
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return ~low;
    }

    static Tally TallyOf(ReadOnlySpan<FolderEntry> entries)
    {
        var (unseen, deleted, firstUnseen) = (0, 0, -1);
        var sets = new HashSet<KeywordSet>();
        var last = KeywordSet.Empty;
        for (var i = 0; i < entries.Length; i++)
        {
            ref readonly var entry = ref entries[i];
            if ((entry.Flags & SystemFlags.Seen) == 0)
            {
                unseen++;
                firstUnseen = firstUnseen < 0 ? i : firstUnseen;
            }
            deleted += (entry.Flags & SystemFlags.Deleted) != 0 ? 1 : 0;
            if (!ReferenceEquals(entry.Keywords, last) && !entry.Keywords.IsEmpty)
            {
                last = entry.Keywords;
                sets.Add(last);
            }
        }
        return new(unseen, deleted, firstUnseen, sets);
    }

    sealed record Tally(int Unseen, int Deleted, int FirstUnseen, IReadOnlyCollection<KeywordSet> KeywordSets);
}
