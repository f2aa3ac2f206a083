using AgentPost.Store.Live;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>A folder that changes at will. Successive snapshots share the blocks that stay the same, which hold four entries at most.</summary>
sealed class SimulatedFolder
{
    const int BlockEntries = 4;

    readonly List<FolderEntry> _entries = [];
    readonly List<(Uid Uid, ModSeq ModSeq)> _expunged = [];
    uint _nextUid = 1;
    long _modSeq = 1;

    public SimulatedFolder() => Newest = Snapshot([]);

    public FolderSnapshot Newest { get; private set; }

    public IReadOnlyList<FolderEntry> Entries => _entries;

    public void Append(SystemFlags flags, KeywordSet keywords)
    {
        _entries.Add(new(new(_nextUid), flags, keywords, new(++_modSeq)));
        _nextUid += 1 + (uint)(_modSeq % 3);
        Publish();
    }

    /// <summary>Every expunge so far, with its mod-sequence.</summary>
    public IReadOnlyList<(Uid Uid, ModSeq ModSeq)> Expunged => _expunged;

    public void Expunge(int index)
    {
        _expunged.Add((_entries[index].Uid, new(++_modSeq)));
        _entries.RemoveAt(index);
        Publish();
    }

    /// <summary>As the store does it: entries that already are so, or were changed after a point, are left alone.</summary>
    public FlagChangeResult Change(IEnumerable<Uid> uids, FlagChange change, ModSeq? unchangedSince = null)
    {
        _modSeq++;
        var (changed, refused) = (new List<Uid>(), new List<Uid>());
        foreach (var uid in uids)
        {
            var index = _entries.FindIndex(entry => entry.Uid == uid);
            if (index >= 0 && _entries[index].ModSeq > unchangedSince)
            {
                refused.Add(uid);
            }
            else if (index >= 0 && Apply(change, _entries[index]) is var after && !IsSame(after, _entries[index]))
            {
                _entries[index] = after with { ModSeq = new(_modSeq) };
                changed.Add(uid);
            }
        }
        Publish();
        return new(new(_modSeq), changed, refused);
    }

    public static FolderEntry Apply(FlagChange change, FolderEntry entry) => change.Mode switch
    {
        FlagChangeMode.Add => entry with { Flags = entry.Flags | change.Flags, Keywords = entry.Keywords.Union(change.Keywords) },
        FlagChangeMode.Remove => entry with { Flags = entry.Flags & ~change.Flags, Keywords = entry.Keywords.Except(change.Keywords) },
        _ => entry with { Flags = change.Flags, Keywords = change.Keywords },
    };

    static bool IsSame(FolderEntry left, FolderEntry right) => left.Flags == right.Flags && left.Keywords.Equals(right.Keywords);

    void Publish()
    {
        var blocks = new List<FolderBlock>();
        for (var index = 0; index < _entries.Count;)
        {
            var rest = _entries[index..];
            var kept = Newest.Blocks.FirstOrDefault(block => rest.Take(block.Entries.Length).SequenceEqual(block.Entries.ToArray()));
            var next = kept ?? new FolderBlock([.. rest.Take(BlockEntries)]);
            blocks.Add(next);
            index += next.Entries.Length;
        }
        Newest = Snapshot([.. blocks]);
    }

    FolderSnapshot Snapshot(FolderBlock[] blocks) => new(default, new(1), new(_nextUid), new(_modSeq), blocks);
}
