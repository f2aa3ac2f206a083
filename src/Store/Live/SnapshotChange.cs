using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>The difference between a snapshot of a folder and a later one.</summary>
/// <param name="Changed">New state of the changed entries, added ones included, by ascending UID.</param>
/// <param name="Expunged">Expunged UIDs, ascending. May contain unknown UIDs, but none that is in
/// <paramref name="Changed"/>.</param>
sealed record SnapshotChange(Uid UidNext, ModSeq ModSeq, IReadOnlyList<FolderEntry> Changed, IReadOnlyList<Uid> Expunged)
{
    /// <summary>Creates the later snapshot. Unchanged blocks are shared, changed ones are rebuilt.</summary>
    public FolderSnapshot ApplyTo(FolderSnapshot old)
    {
        var blocks = new BlockListBuilder(old.Blocks.Count + Changed.Count / FolderBlock.Capacity + 1);
        var (changed, expunged) = (0, 0);
        for (var i = 0; i < old.Blocks.Count; i++)
        {
            var block = old.Blocks[i];
            var isLast = i + 1 == old.Blocks.Count;
            var end = isLast ? uint.MaxValue : old.Blocks[i + 1].First.Value - 1;
            var changedEnd = EndOf(Changed, changed, end);
            var expungedEnd = EndOf(Expunged, expunged, end);
            if (changedEnd == changed && expungedEnd == expunged)
            {
                blocks.Share(block);
                continue;
            }
            Merge(block.Entries.Span, (changed, changedEnd), (expunged, expungedEnd), blocks);
            (changed, expunged) = (changedEnd, expungedEnd);
        }
        if (old.Blocks.Count == 0)
        {
            Merge([], (0, Changed.Count), (0, Expunged.Count), blocks);
        }
        return new(old.Key, old.UidValidity, UidNext, ModSeq, blocks.ToArray());
    }

    void Merge(ReadOnlySpan<FolderEntry> entries, (int At, int End) changed, (int At, int End) expunged, BlockListBuilder blocks)
    {
        foreach (ref readonly var entry in entries)
        {
            for (; changed.At < changed.End && Changed[changed.At].Uid < entry.Uid; changed.At++)
            {
                blocks.Add(Changed[changed.At]);
            }
            while (expunged.At < expunged.End && Expunged[expunged.At] < entry.Uid)
            {
                expunged.At++;
            }
            if (changed.At < changed.End && Changed[changed.At].Uid == entry.Uid)
            {
                blocks.Add(Changed[changed.At++]);
            }
            else if (expunged.At == expunged.End || Expunged[expunged.At] != entry.Uid)
            {
                blocks.Add(entry);
            }
        }
        for (; changed.At < changed.End; changed.At++)
        {
            blocks.Add(Changed[changed.At]);
        }
    }

    static int EndOf(IReadOnlyList<FolderEntry> entries, int from, uint last)
    {
        while (from < entries.Count && entries[from].Uid.Value <= last)
        {
            from++;
        }
        return from;
    }

    static int EndOf(IReadOnlyList<Uid> uids, int from, uint last)
    {
        while (from < uids.Count && uids[from].Value <= last)
        {
            from++;
        }
        return from;
    }
}
