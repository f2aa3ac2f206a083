using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// Puts expunged entries back into a newer snapshot while the expunges may not be reported (RFC 9051 §7.5.1). The
/// client then receives new messages and flags, and its sequence numbers stay valid. Blocks without such entries are
/// shared with the newer snapshot.
/// </summary>
static class HeldSnapshot
{
    const int BlockEntries = 1024;

    /// <param name="vanished">Entries that are not in <paramref name="newer"/>, ascending.</param>
    public static FolderSnapshot Build(FolderSnapshot newer, IReadOnlyList<NumberedEntry> vanished)
    {
        if (vanished.Count == 0)
        {
            return newer;
        }
        var blocks = new List<FolderBlock>(newer.Blocks.Count + 1);
        var next = 0;
        foreach (var block in newer.Blocks)
        {
            var first = next;
            while (next < vanished.Count && vanished[next].Entry.Uid < block.Entries.Span[^1].Uid)
            {
                next++;
            }
            if (next == first)
            {
                blocks.Add(block);
            }
            else
            {
                AddMerged(blocks, block.Entries.Span, vanished, first..next);
            }
        }
        AddMerged(blocks, [], vanished, next..vanished.Count);
        return new(newer.Key, newer.UidValidity, newer.UidNext, newer.HighestModSeq, [.. blocks]);
    }

    static void AddMerged(List<FolderBlock> blocks, ReadOnlySpan<FolderEntry> entries, IReadOnlyList<NumberedEntry> vanished, Range which)
    {
        var (start, count) = which.GetOffsetAndLength(vanished.Count);
        var merged = new FolderEntry[entries.Length + count];
        var next = start;
        for (int i = 0, taken = 0; i < merged.Length; i++)
        {
            var isVanished = next < start + count && (taken == entries.Length || vanished[next].Entry.Uid < entries[taken].Uid);
            merged[i] = isVanished ? vanished[next++].Entry : entries[taken++];
        }
        blocks.AddRange(merged.Chunk(BlockEntries).Select(chunk => new FolderBlock(chunk)));
    }
}
