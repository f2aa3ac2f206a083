using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>
/// A client that believes what it is told and nothing else, and fails when it is told what cannot be. With CONDSTORE it also keeps mod-sequences, as
/// RFC 7162 §6 has it, and could come again at any time with what it has kept.
/// </summary>
sealed class SimulatedClient
{
    readonly List<FolderEntry> _messages;
    readonly EnabledExtensions _enabled;
    HashSet<string> _keywords;

    public SimulatedClient(FolderView view, EnabledExtensions enabled)
    {
        View = view;
        ModSeq = view.ToldModSeq;
        _enabled = enabled;
        _messages = [.. Enumerate(view.Current)];
        _keywords = [.. view.Keywords.Names];
    }

    public FolderView View { get; }

    /// <summary>What it would give as its mod-sequence when it comes again.</summary>
    public ModSeq ModSeq { get; private set; }

    bool KeepsModSeqs => _enabled.HasFlag(EnabledExtensions.CondStore);

    public void Sync(SimulatedFolder folder, ExpungeTelling expunges, OwnChange? ownChange)
    {
        var heard = new List<ModSeq> { ModSeq };
        if (ownChange is not null and not { Telling: Telling.Always })
        {
            ExpectOwnChange(ownChange, heard);
        }
        var wasHolding = View.IsHolding;
        var update = View.Advance(folder.Newest, expunges, ownChange, _enabled);
        if (update.HasNewKeywords)
        {
            _keywords = [.. View.Keywords.Names];
        }
        HearFlags(update.Flags);
        HearModSeqs(update.ModSeqs);
        heard.AddRange(update.Flags.Concat(update.ModSeqs).Select(message => message.Entry.ModSeq));
        HearExpunges(update.Expunged);
        if (update.HasArrivals)
        {
            Assert.That(View.Current.Count, Is.GreaterThan(_messages.Count), "EXISTS tells of something new");
            var arrived = Enumerate(View.Current).Skip(_messages.Count).ToList();
            heard.AddRange(arrived.Select(message => message.ModSeq));
            _messages.AddRange(arrived);
        }
        // HIGHESTMODSEQ is told then, and goes before all that was heard.
        ModSeq = wasHolding || View.IsHolding ? View.ToldModSeq : heard.Max();
        Check(folder, expunges, ownChange, update);
        if (KeepsModSeqs)
        {
            CheckModSeqs(folder, ownChange, update);
        }
    }

    // FETCH that sets \Seen has told the mod-sequence with the message.
    void ExpectOwnChange(OwnChange ownChange, List<ModSeq> heard)
    {
        for (var i = 0; i < _messages.Count; i++)
        {
            if (ownChange.Covers(_messages[i].Uid))
            {
                var modSeq = ownChange.Telling is Telling.OnlySurprises ? ownChange.ModSeq : _messages[i].ModSeq;
                _messages[i] = SimulatedFolder.Apply(ownChange.Change, _messages[i]) with { ModSeq = modSeq };
                heard.Add(modSeq);
            }
        }
    }

    void HearModSeqs(IReadOnlyList<NumberedEntry> modSeqs)
    {
        foreach (var (number, entry) in modSeqs)
        {
            Assert.That(KeepsModSeqs, "mod-sequences are told to who wants them");
            Assert.That(_messages[number - 1].Uid, Is.EqualTo(entry.Uid), "a FETCH names the right message");
            _messages[number - 1] = _messages[number - 1] with { ModSeq = entry.ModSeq };
        }
    }

    void HearFlags(IReadOnlyList<NumberedEntry> flags)
    {
        Assert.That(flags.Select(message => message.Number), Is.Ordered.And.Unique);
        foreach (var (number, entry) in flags)
        {
            Assert.That(_messages[number - 1].Uid, Is.EqualTo(entry.Uid), "a FETCH names the right message");
            _messages[number - 1] = entry;
        }
    }

    void HearExpunges(IReadOnlyList<NumberedEntry> expunged)
    {
        foreach (var (number, entry) in expunged.Reverse())
        {
            Assert.That(_messages[number - 1].Uid, Is.EqualTo(entry.Uid), "an EXPUNGE names the right message");
            _messages.RemoveAt(number - 1);
        }
    }

    void Check(SimulatedFolder folder, ExpungeTelling expunges, OwnChange? ownChange, ViewUpdate update)
    {
        var there = folder.Entries.ToDictionary(entry => entry.Uid);
        Assert.That(_messages.Select(message => message.Uid), Is.EqualTo(Enumerate(View.Current).Select(entry => entry.Uid)), "client and view number alike");
        // What it believes of a vanished message does not matter.
        var known = _messages.Where(message => there.ContainsKey(message.Uid)).ToList();
        Assert.That(known.Select(Told), Is.EqualTo(folder.Entries.Select(Told)), "the client knows the flags");
        Assert.That(known.SelectMany(message => message.Keywords.Names).Distinct(), Is.SubsetOf(_keywords), "FLAGS comes before a keyword is used");
        if (expunges is ExpungeTelling.Held)
        {
            Assert.That(update.Expunged, Is.Empty, "no EXPUNGE when it is not allowed");
        }
        else
        {
            Assert.That(_messages, Has.Count.EqualTo(folder.Entries.Count), "nothing vanished remains");
        }
        if (ownChange is { Telling: Telling.Always })
        {
            var changed = _messages.Select(message => message.Uid).Where(uid => ownChange.Covers(uid) && there.ContainsKey(uid));
            Assert.That(changed, Is.SubsetOf(update.Flags.Select(message => message.Entry.Uid)), "STORE is answered for every message");
        }
    }

    void CheckModSeqs(SimulatedFolder folder, OwnChange? ownChange, ViewUpdate update)
    {
        var there = folder.Entries.ToDictionary(entry => entry.Uid);
        var known = _messages.Where(message => there.ContainsKey(message.Uid));
        Assert.That(known.Select(message => message.ModSeq), Is.EqualTo(folder.Entries.Select(entry => entry.ModSeq)), "the client knows the mod-sequences");
        if (ownChange is { Telling: Telling.EveryModSeq })
        {
            var told = update.Flags.Concat(update.ModSeqs).Select(message => message.Entry.Uid).ToHashSet();
            var named = ownChange.Uids.ToArray().Concat(ownChange.Refused.ToArray());
            Assert.That(named.Where(there.ContainsKey), Is.SubsetOf(told), "a conditional STORE is answered for every message");
        }
        CheckReturn(folder);
    }

    /// <summary>Were it to come again now, with its mod-sequence: what it has kept, less what vanished since, with what changed since, is the folder.</summary>
    void CheckReturn(SimulatedFolder folder)
    {
        var kept = _messages.ToDictionary(message => message.Uid);
        UidRange[] expunged = [.. folder.Expunged.Where(row => row.ModSeq > ModSeq).Select(row => new UidRange(row.Uid, row.Uid)).OrderBy(range => range.First)];
        var vanished = VanishedUids.Of(folder.Newest, [new(1, uint.MaxValue)], expunged).ToList();
        foreach (var uid in kept.Keys.Where(uid => vanished.Exists(range => range.First <= uid.Value && uid.Value <= range.Last)).ToList())
        {
            kept.Remove(uid);
        }
        foreach (var entry in folder.Entries.Where(entry => entry.ModSeq > ModSeq))
        {
            kept[entry.Uid] = entry;
        }
        Assert.That(kept.Values.OrderBy(entry => entry.Uid).Select(Told), Is.EqualTo(folder.Entries.Select(Told)), "nothing is lost on coming again");
    }

    static (Uid, SystemFlags, string) Told(FolderEntry entry) => (entry.Uid, entry.Flags, entry.Keywords.ToString());

    static IEnumerable<FolderEntry> Enumerate(FolderSnapshot snapshot) => snapshot.Blocks.SelectMany(block => block.Entries.ToArray());
}
