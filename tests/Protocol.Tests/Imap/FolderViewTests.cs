using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Imap;

sealed class FolderViewTests
{
    static readonly KeywordSet[] Keywords = [KeywordSet.Empty, KeywordSet.Of("$Forwarded"), KeywordSet.Of("blue"), KeywordSet.Of("blue", "red"), KeywordSet.Of("green")];

    /// <summary>Two clients of one folder, one of them with CONDSTORE, any changes, sync points with and without EXPUNGE: what a client has been told is always what is.</summary>
    [Test]
    public void A_client_that_believes_what_it_is_told_knows_the_folder() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(300), Prop.ForAll<byte[]>(PlayOut));

    [Test]
    public void A_vanished_message_keeps_its_number_until_it_may_be_told()
    {
        var folder = FolderOf(5);
        var view = new FolderView(folder.Newest);
        folder.Expunge(1);
        folder.Append(SystemFlags.None, KeywordSet.Empty);

        var held = view.Advance(folder.Newest, ExpungeTelling.Held, null, EnabledExtensions.None);
        Assert.That((held.Expunged.Count, held.HasArrivals, view.Current.Count), Is.EqualTo((0, true, 6)));

        var told = view.Advance(folder.Newest, ExpungeTelling.Allowed, null, EnabledExtensions.None);
        Assert.That(told.Expunged.Select(message => message.Number), Is.EqualTo([2]));
        Assert.That(view.Current, Is.SameAs(folder.Newest));
    }

    [Test]
    public void Nothing_is_told_twice()
    {
        var folder = FolderOf(3);
        var view = new FolderView(folder.Newest);
        folder.Change([folder.Entries[0].Uid], new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Empty));

        Assert.That(view.Advance(folder.Newest, ExpungeTelling.Allowed, null, EnabledExtensions.None).Flags, Has.Count.EqualTo(1));
        Assert.That(view.Advance(folder.Newest, ExpungeTelling.Allowed, null, EnabledExtensions.None), Is.SameAs(ViewUpdate.None));
    }

    [Test]
    public void A_silent_change_is_told_when_another_session_has_changed_more()
    {
        var folder = FolderOf(2);
        var view = new FolderView(folder.Newest);
        Uid[] uids = [folder.Entries[0].Uid, folder.Entries[1].Uid];
        var change = new FlagChange(FlagChangeMode.Add, SystemFlags.Seen, KeywordSet.Empty);
        var modSeq = folder.Change(uids, change).ModSeq;
        folder.Change(uids[1..], new(FlagChangeMode.Add, SystemFlags.Flagged, KeywordSet.Empty));

        var told = view.Advance(folder.Newest, ExpungeTelling.Allowed, new(uids, change, modSeq, Telling.ModSeqs), EnabledExtensions.None);

        Assert.That(told.Flags.Select(message => message.Number), Is.EqualTo([2]));
    }

    [TestCase("1:2,4", ExpectedResult = "1:2,4")]
    [TestCase("4:2", ExpectedResult = "2:4")]
    [TestCase("*", ExpectedResult = "5")]
    [TestCase("9:*", ExpectedResult = "5")]
    [TestCase("*:3,1,5,9:*", ExpectedResult = "1,3:5")]
    public string Message_numbers_are_those_of_the_view(string set) => Written(new FolderView(FolderOf(5).Newest).Resolve(Parse(set), Numbering.SequenceNumbers));

    [TestCase("6")]
    [TestCase("1:6")]
    [TestCase("0005:4294967295")]
    public void A_message_number_that_does_not_exist_is_a_mistake(string set) => Assert.That(
        () => new FolderView(FolderOf(5).Newest).Resolve(Parse(set), Numbering.SequenceNumbers),
        Throws.TypeOf<RefusedException>().With.Property("Completion").Property("Status").EqualTo(CompletionStatus.Bad));

    [Test]
    public void UIDs_that_do_not_exist_are_passed_over()
    {
        var folder = FolderOf(5);
        var last = folder.Entries[^1].Uid.Value;
        var gone = folder.Entries[2].Uid.Value;
        folder.Expunge(2);
        var view = new FolderView(folder.Newest);

        Assert.That(Written(view.Resolve(Parse($"{gone}"), Numbering.Uids)), Is.Empty);
        Assert.That(Written(view.Resolve(Parse($"1:{gone}"), Numbering.Uids)), Is.EqualTo("1:2"));
        Assert.That(Written(view.Resolve(Parse($"{last + 10}:*"), Numbering.Uids)), Is.EqualTo("4"));
        Assert.That(Written(view.Resolve(Parse("1:4294967295"), Numbering.Uids)), Is.EqualTo("1:4"));
        Assert.That(view.Resolve(Parse("1:*"), Numbering.Uids).ToUids(), Is.EqualTo(folder.Entries.Select(entry => entry.Uid)));
    }

    [TestCase("*", Numbering.SequenceNumbers)]
    [TestCase("1:*", Numbering.SequenceNumbers)]
    [TestCase("1:*", Numbering.Uids)]
    [TestCase("7", Numbering.Uids)]
    public void An_empty_folder_has_no_last_message(string set, Numbering numbering) =>
        Assert.That(new FolderView(new SimulatedFolder().Newest).Resolve(Parse(set), numbering).Count, Is.Zero);

    static void PlayOut(byte[] choices)
    {
        var folder = new SimulatedFolder();
        folder.Append(SystemFlags.None, KeywordSet.Of("blue"));
        folder.Append(SystemFlags.Seen, KeywordSet.Empty);
        SimulatedClient[] clients =
        [
            new(new(folder.Newest), EnabledExtensions.None),
            new(new(folder.Newest), EnabledExtensions.CondStore),
        ];
        for (var i = 0; i + 2 < choices.Length; i += 3)
        {
            Step(folder, clients, choices[i], choices[i + 1], choices[i + 2]);
        }
    }

    static void Step(SimulatedFolder folder, SimulatedClient[] clients, byte kind, byte a, byte b)
    {
        var client = clients[a % 2];
        var expunges = b % 2 == 0 ? ExpungeTelling.Allowed : ExpungeTelling.Held;
        switch (kind % 8)
        {
            case 0 or 1:
                folder.Append((SystemFlags)(a % 32), Keywords[b % Keywords.Length]);
                break;
            case 2 when folder.Entries.Count > 0:
                folder.Expunge(a % folder.Entries.Count);
                break;
            case 3 when folder.Entries.Count > 0:
                folder.Change([folder.Entries[b % folder.Entries.Count].Uid], Change(a, b));
                break;
            case 4 or 5:
                Store(folder, client, Change(b, a), a, b, expunges);
                break;
            default:
                client.Sync(folder, expunges, null);
                break;
        }
    }

    static void Store(SimulatedFolder folder, SimulatedClient client, FlagChange change, byte a, byte b, ExpungeTelling expunges)
    {
        var uids = client.View.Current.Blocks.SelectMany(block => block.Entries.ToArray()).Select(entry => entry.Uid).Where((_, i) => (i + a) % 3 == 0).ToArray();
        var telling = (Telling)(b % 4);
        var unchangedSince = telling is Telling.EveryModSeq ? new ModSeq(client.ModSeq.Value - a % 2) : default(ModSeq?);
        var result = folder.Change(uids, change, unchangedSince);
        // FETCH announces what it has marked, STORE all that was not refused.
        var covered = telling is Telling.OnlySurprises ? result.Changed : uids.Except(result.Refused);
        client.Sync(folder, expunges, new(covered.ToArray(), change, result.ModSeq, telling) { Refused = result.Refused.ToArray() });
    }

    static FlagChange Change(byte a, byte b) => new((FlagChangeMode)(a % 3), (SystemFlags)(b % 32), Keywords[b % Keywords.Length]);

    static SimulatedFolder FolderOf(int messages)
    {
        var folder = new SimulatedFolder();
        for (var i = 0; i < messages; i++)
        {
            folder.Append(SystemFlags.None, KeywordSet.Empty);
        }
        return folder;
    }

    static SequenceSet Parse(string set) => new CommandParser(System.Text.Encoding.ASCII.GetBytes(set), EnabledExtensions.None).SequenceSet();

    static string Written(MessageSelection selection) =>
        string.Join(',', selection.Numbers.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}:{range.Last}"));
}
