using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Search;

namespace AgentPost.Store.Tests.Mail;

public sealed class SearchTests
{
    static readonly string[] Texts =
    [
        "From: Ann <ann@a.test>\r\nTo: bob@b.test\r\nSubject: Straße nach München\r\nDate: Fri, 01 Mar 2024 23:30:00 -0500\r\n\r\nEin kurzer Text\r\n",
        "From: Bob <bob@b.test>\r\nTo: ann@a.test\r\nCc: carl@c.test\r\nBcc: dora@d.test\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nX-Tag: alpha\r\n\r\nneedle in the hay\r\n",
        "From: carl@c.test\r\nSubject: plain\r\nX-Tag: beta\r\nDate: Sat, 02 Mar 2024 00:30:00 +0900\r\n\r\nNEEDLE again\r\n",
        "From: dora@d.test\r\nSubject: x-tag: alpha\r\n\r\n" + "many many words 100% _sure_ \\ backslash\r\n",
    ];

    static Uid[] Uids(params uint[] uids) => [.. uids.Select(uid => new Uid(uid))];

    static SearchCriterion In(TextField field, string text) => new SearchCriterion.Contains(field, text);

    static SearchCriterion Flag(SystemFlags flag) => new SearchCriterion.HasFlag(flag);

    static SearchCriterion Not(SearchCriterion criterion) => new SearchCriterion.Not(criterion);

    static SearchCriterion Or(SearchCriterion left, SearchCriterion right) => new SearchCriterion.Or(left, right);

    static SearchCriterion And(params SearchCriterion[] criteria) => new SearchCriterion.And(criteria);

    static SearchCriterion Sent(int from, int before) => new SearchCriterion.Dated(DateField.Sent, new(2024, 3, from), new(2024, 3, before));

    static IEnumerable<TestCaseData> Searches()
    {
        yield return Case("ALL", new SearchCriterion.All(), 1, 2, 3, 4);
        yield return Case("nothing asked", And(), 1, 2, 3, 4);
        yield return Case("SEEN", Flag(SystemFlags.Seen), 1, 3);
        yield return Case("UNSEEN", Not(Flag(SystemFlags.Seen)), 2, 4);
        yield return Case("KEYWORD in any case", new SearchCriterion.HasKeyword("WORK"), 3);
        yield return Case("UID", new SearchCriterion.Uids([new(new(2), new(3)), new(new(9), new(12))]), 2, 3);
        yield return Case("SUBJECT folded", In(TextField.Subject, "STRASSE"));
        yield return Case("SUBJECT in another case", In(TextField.Subject, "straße NACH mÜn"), 1);
        yield return Case("SUBJECT decoded", In(TextField.Subject, "CAFÉ"), 2);
        yield return Case("FROM", In(TextField.From, "bob"), 2);
        yield return Case("TO", In(TextField.To, "bob"), 1);
        yield return Case("CC", In(TextField.Cc, "carl"), 2);
        yield return Case("BCC", In(TextField.Bcc, "DORA"), 2);
        yield return Case("BODY", In(TextField.Body, "needle"), 2, 3);
        yield return Case("BODY does not see the header", In(TextField.Body, "plain"));
        yield return Case("TEXT sees both", In(TextField.Text, "plain"), 3);
        yield return Case("no wildcards", In(TextField.Body, "100% _sure_ \\"), 4);
        yield return Case("no wildcards, none", In(TextField.Body, "m%y"));
        yield return Case("the empty text is everywhere", In(TextField.Bcc, ""), 1, 2, 3, 4);
        yield return Case("HEADER with text", new SearchCriterion.Header("x-TAG", "ALPHA"), 2);
        yield return Case("HEADER exists", new SearchCriterion.Header("X-Tag", ""), 2, 3);
        yield return Case("HEADER of a part of a name", new SearchCriterion.Header("Tag", ""));
        yield return Case("NOT HEADER", Not(new SearchCriterion.Header("X-Tag", "")), 1, 4);
        yield return Case("LARGER and SMALLER are both without the bound", And(new SearchCriterion.Larger(129), new SearchCriterion.Smaller(131)), 1);
        yield return Case("SMALLER", new SearchCriterion.Smaller(103), 4);
        yield return Case("SENTON by the day in the field's own zone", Sent(1, 2), 1);
        yield return Case("SENTON the next day", Sent(2, 3), 3);
        yield return Case("SENTBEFORE knows no day without the field", new SearchCriterion.Dated(DateField.Sent, null, new(2030, 1, 1)), 1, 3);
        yield return Case("NOT SENTBEFORE", Not(new SearchCriterion.Dated(DateField.Sent, null, new(2030, 1, 1))), 2, 4);
        yield return Case("ON by the day in UTC", new SearchCriterion.Dated(DateField.Internal, new(2020, 1, 2), new(2020, 1, 3)), 2, 3);
        yield return Case("BEFORE", new SearchCriterion.Dated(DateField.Internal, null, new(2020, 1, 2)), 1);
        yield return Case("SAVEDSINCE", new SearchCriterion.Dated(DateField.Saved, new(2020, 1, 1), null), 1, 2, 3, 4);
        yield return Case("YOUNGER", new SearchCriterion.Younger(3600), 4);
        yield return Case("YOUNGER than all there is", new SearchCriterion.Younger(uint.MaxValue), 1, 2, 3, 4);
        yield return Case("OLDER", Not(new SearchCriterion.Younger(3600)), 1, 2, 3);
        yield return Case("OR over both worlds", Or(Flag(SystemFlags.Seen), In(TextField.Body, "hay")), 1, 2, 3);
        yield return Case("NOT OR over both worlds", Not(Or(Flag(SystemFlags.Seen), In(TextField.Body, "hay"))), 4);
        yield return Case("AND below OR", Or(And(Flag(SystemFlags.Seen), In(TextField.Body, "needle")), And(Not(Flag(SystemFlags.Seen)), In(TextField.Subject, "x-tag"))), 3, 4);
        yield return Case("AND over both worlds", And(Flag(SystemFlags.Seen), In(TextField.Body, "needle")), 3);
        yield return Case("NOT over the database alone", Not(Or(In(TextField.Body, "hay"), In(TextField.Body, "words"))), 1, 3);
        yield return Case("deep", Enumerable.Range(0, 200).Aggregate(In(TextField.Body, "hay"), (inner, _) => Not(Or(inner, In(TextField.Body, "absent")))), 2);
        yield return Case("deep over both worlds", Enumerable.Range(0, 101).Aggregate(Flag(SystemFlags.Seen), (inner, _) => Not(Or(inner, In(TextField.Body, "absent")))), 2, 4);
    }

    static TestCaseData Case(string name, SearchCriterion criterion, params uint[] found) => new TestCaseData(criterion, found).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Searches))]
    public async Task A_search_finds_what_it_should(SearchCriterion criterion, uint[] found)
    {
        var mail = await SharedAsync();
        var view = await mail.SnapshotAsync("INBOX");
        Assert.That(await mail.Store.Searches.FindAsync(view, criterion, default), Is.EqualTo(Uids(found)));
    }

    [Test]
    public async Task Messages_and_threads_are_found_by_their_ids()
    {
        var mail = await SharedAsync();
        var view = await mail.SnapshotAsync("INBOX");
        using var batch = await mail.Store.Messages.ReadBatchAsync(view.Key, Uids(2, 3), MessageColumns.ThreadId, default);
        Assert.That(await mail.Store.Searches.FindAsync(view, new SearchCriterion.HasMessage(batch.Rows[0].MessageId), default), Is.EqualTo(Uids(2)));
        Assert.That(await mail.Store.Searches.FindAsync(view, new SearchCriterion.IsInThread(batch.Rows[1].ThreadId), default), Is.EqualTo(Uids(3)));
        Assert.That(await mail.Store.Searches.FindAsync(view, new SearchCriterion.HasMessage(MessageId.New()), default), Is.Empty);
    }

    [Test]
    public async Task Flags_are_those_of_the_view_and_not_of_the_database()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one", "two");
        var view = await mail.SnapshotAsync("INBOX");
        await mail.FlagAsync("INBOX", Uids(1), FlagChangeMode.Add, SystemFlags.Seen);
        await mail.AppendAsync("INBOX", "three");
        var unseen = And(Not(Flag(SystemFlags.Seen)), In(TextField.Text, "o"));
        Assert.That(await mail.Store.Searches.FindAsync(view, unseen, default), Is.EqualTo(Uids(1, 2)));
        Assert.That(await mail.Store.Searches.FindAsync(view, In(TextField.Subject, "three"), default), Is.Empty);
    }

    [Test]
    public async Task A_few_among_many_and_many_among_many_are_found_alike()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var message = await mail.ReceiveAsync("Subject: x\r\n\r\nhay\r\n");
        await mail.Store.Appends.AppendAsync(
            await mail.FolderAsync("INBOX"), [.. Enumerable.Range(0, 3000).Select(i => new AppendItem(message, (SystemFlags)(i % 2), KeywordSet.Empty, null))], default);
        var view = await mail.SnapshotAsync("INBOX");
        var few = And(new SearchCriterion.Uids([new(new(5), new(6)), new(new(2999), new(5000))]), In(TextField.Body, "hay"));
        Assert.That(await mail.Store.Searches.FindAsync(view, few, default), Is.EqualTo(Uids(5, 6, 2999, 3000)));
        var many = And(Flag(SystemFlags.Seen), In(TextField.Body, "hay"));
        Assert.That((await mail.Store.Searches.FindAsync(view, many, default)).Select(uid => uid.Value), Is.EqualTo(Enumerable.Range(1, 1500).Select(i => 2 * i)));
    }

    static Mailbox? _shared;

    static async Task<Mailbox> SharedAsync()
    {
        if (_shared is null)
        {
            var mail = await Mailbox.CreateAsync();
            var inbox = await mail.FolderAsync("INBOX");
            var day = new DateTimeOffset(2020, 1, 1, 23, 59, 59, TimeSpan.Zero);
            await mail.AppendAsync(inbox, Texts[0], SystemFlags.Seen, internalAt: day);
            await mail.AppendAsync(inbox, Texts[1], SystemFlags.None, internalAt: day.AddSeconds(1));
            await mail.AppendAsync(inbox, Texts[2], SystemFlags.Seen, KeywordSet.Of("work"), new(2020, 1, 3, 1, 0, 0, TimeSpan.FromHours(2)));
            await mail.AppendAsync(inbox, Texts[3], SystemFlags.Flagged);
            _shared = mail;
        }
        return _shared;
    }

    [OneTimeTearDown]
    public async Task DisposeSharedAsync()
    {
        if (_shared is not null)
        {
            await _shared.DisposeAsync();
        }
    }
}
