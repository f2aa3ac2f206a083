using AgentPost.Protocol.Imap;
using AgentPost.Store;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>A client that believes what it is told and nothing else, and fails when it is told what cannot be.</summary>
sealed class SimulatedClient
{
    readonly List<FolderEntry> _messages;
    HashSet<string> _keywords;

    public SimulatedClient(FolderView view)
    {
        View = view;
        _messages = [.. Enumerate(view.Current)];
        _keywords = [.. view.Keywords.Names];
    }

    public FolderView View { get; }

    public void Sync(SimulatedFolder folder, ExpungeTelling expunges, OwnChange? ownChange)
    {
        if (ownChange is { Telling: Telling.OnlySurprises })
        {
            ExpectOwnChange(ownChange);
        }
        var update = View.Advance(folder.Newest, expunges, ownChange);
        if (update.HasNewKeywords)
        {
            _keywords = [.. View.Keywords.Names];
        }
        HearFlags(update.Flags);
        HearExpunges(update.Expunged);
        if (update.HasArrivals)
        {
            Assert.That(View.Current.Count, Is.GreaterThan(_messages.Count), "EXISTS tells of something new");
            _messages.AddRange(Enumerate(View.Current).Skip(_messages.Count));
        }
        Check(folder, expunges, ownChange, update);
    }

    void ExpectOwnChange(OwnChange ownChange)
    {
        for (var i = 0; i < _messages.Count; i++)
        {
            if (ownChange.Covers(_messages[i].Uid))
            {
                _messages[i] = SimulatedFolder.Apply(ownChange.Change, _messages[i]);
            }
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

    static (Uid, SystemFlags, string) Told(FolderEntry entry) => (entry.Uid, entry.Flags, entry.Keywords.ToString());

    static IEnumerable<FolderEntry> Enumerate(FolderSnapshot snapshot) => snapshot.Blocks.SelectMany(block => block.Entries.ToArray());
}
