using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Live;

public sealed class SnapshotTests
{
    static readonly FolderKey Key = new(InboxId.New(), new(1));

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void Changes_applied_one_by_one_give_what_a_sorted_map_holds(int seed)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<uint, FolderEntry>();
        var snapshot = Empty();
        for (var (step, next) = (1, 1u); step <= 12; step++)
        {
            var changed = new SortedDictionary<uint, FolderEntry>();
            for (var i = random.Next(2) == 0 ? 0 : random.Next(1500); i > 0; i--)
            {
                next += (uint)random.Next(1, 3);
                changed[next] = Entry(next, random);
            }
            foreach (var uid in model.Keys.Where(_ => random.Next(10) == 0))
            {
                changed[uid] = Entry(uid, random);
            }
            var rate = random.Next(1, 20);
            var expunged = model.Keys.Where(uid => random.Next(rate) == 0 && !changed.ContainsKey(uid)).ToArray();
            snapshot = new SnapshotChange(new(next + 1), new(step), [.. changed.Values], [.. expunged.Select(uid => new Uid(uid))]).ApplyTo(snapshot);
            Array.ForEach(expunged, uid => model.Remove(uid));
            foreach (var (uid, entry) in changed)
            {
                model[uid] = entry;
            }
            AssertHolds(snapshot, [.. model.Values]);
        }
    }

    [Test]
    public void Blocks_that_nothing_touches_are_shared()
    {
        var before = Filled(5000);
        var after = new SnapshotChange(before.UidNext, new(2), [new(new(2500), SystemFlags.Flagged, KeywordSet.Empty, new(2))], []).ApplyTo(before);
        var shared = after.Blocks.Count(block => before.Blocks.Contains(block));
        Assert.That(shared, Is.EqualTo(before.Blocks.Count - 1));
        Assert.That(after[2499].Flags, Is.EqualTo(SystemFlags.Flagged));
    }

    [Test]
    public void Appending_one_by_one_fills_blocks()
    {
        var snapshot = Empty();
        for (var uid = 1u; uid <= 3000; uid++)
        {
            snapshot = new SnapshotChange(new(uid + 1), new(uid), [new(new(uid), default, KeywordSet.Empty, new(uid))], []).ApplyTo(snapshot);
        }
        Assert.That(snapshot.Blocks, Has.Count.EqualTo(3));
        Assert.That(snapshot.Count, Is.EqualTo(3000));
    }

    [Test]
    public void Blocks_do_not_dwindle_as_entries_are_expunged()
    {
        var snapshot = Filled(100_000);
        for (var rest = 1u; rest < 100; rest++)
        {
            var gone = Enumerable.Range(0, 1000).Select(i => new Uid((uint)i * 100 + rest)).ToArray();
            snapshot = new SnapshotChange(snapshot.UidNext, new(2), [], gone).ApplyTo(snapshot);
        }
        Assert.That(snapshot.Count, Is.EqualTo(1000));
        Assert.That(snapshot.Blocks, Has.Count.LessThan(10));
    }

    [Test]
    public void A_million_entries_take_at_most_32_octets_each()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var snapshot = Filled(1_000_000);
        var octets = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(octets / snapshot.Count, Is.LessThanOrEqualTo(32));
        Assert.That(snapshot.IndexOf(new(1_000_000)), Is.EqualTo(999_999));
        Assert.That(snapshot.UnseenCount, Is.EqualTo(1_000_000));
    }

    static void AssertHolds(FolderSnapshot snapshot, FolderEntry[] entries)
    {
        Assert.That(Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]), Is.EqualTo(entries));
        Assert.That(snapshot.Blocks.All(block => block.Count is > 0 and <= FolderBlock.Capacity));
        Assert.That(snapshot.UnseenCount, Is.EqualTo(entries.Count(entry => !entry.Flags.HasFlag(SystemFlags.Seen))));
        Assert.That(snapshot.DeletedCount, Is.EqualTo(entries.Count(entry => entry.Flags.HasFlag(SystemFlags.Deleted))));
        var unseen = Array.FindIndex(entries, entry => !entry.Flags.HasFlag(SystemFlags.Seen));
        Assert.That(snapshot.FirstUnseenIndex, Is.EqualTo(unseen < 0 ? null : unseen));
        Assert.That(snapshot.KeywordsInUse, Is.EqualTo(KeywordSet.Of(entries.SelectMany(entry => entry.Keywords.Names))));
        for (var (i, uid) = (0, 0u); i < entries.Length; i++)
        {
            Assert.That(snapshot.IndexOf(entries[i].Uid), Is.EqualTo(i));
            if (entries[i].Uid.Value > uid + 1)
            {
                Assert.That(snapshot.IndexOf(new(entries[i].Uid.Value - 1)), Is.EqualTo(~i));
            }
            uid = entries[i].Uid.Value;
        }
        Assert.That(snapshot.IndexOf(new(uint.MaxValue)), Is.EqualTo(~entries.Length));
    }

    static FolderSnapshot Empty() => new(Key, new(1), new(1), new(0), []);

    static FolderSnapshot Filled(uint count) => new SnapshotChange(
        new(count + 1), new(1), [.. Enumerable.Range(1, (int)count).Select(uid => new FolderEntry(new((uint)uid), default, KeywordSet.Empty, new(1)))], [])
        .ApplyTo(Empty());

    static FolderEntry Entry(uint uid, Random random) => new(
        new(uid), (SystemFlags)random.Next(32), random.Next(3) == 0 ? KeywordSet.Of("k" + random.Next(5)) : KeywordSet.Empty, new(random.Next(1, 100)));
}
