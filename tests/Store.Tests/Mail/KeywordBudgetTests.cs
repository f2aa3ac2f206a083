using System.Globalization;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

/// <summary>Who chooses keywords cannot use up the room of the others: senders by plus tags, the owner by labels, the
/// server by its own.</summary>
public sealed class KeywordBudgetTests
{
    const int Tags = 100;
    const int Labels = 1000;

    [Test]
    public async Task Tags_that_senders_choose_use_up_no_room_of_the_server_and_the_owner()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, TimeProvider.System);
        for (var i = 0; i < 10; i++)
        {
            await DeliverAsync(store, mail, KeywordSet.Empty, [.. Enumerable.Range(i * Tags, Tags).Select(Tagged)]);
        }
        await DeliverAsync(store, mail, KeywordSet.Of("$AuthFail", "$Automated"), Tagged(5), Tagged(999_999));

        var entries = await mail.EntriesAsync("INBOX");
        Assert.That(entries, Has.Length.EqualTo(11));
        Assert.That(entries.SelectMany(TagsOf).Distinct().Count(), Is.EqualTo(Tags));
        Assert.That(entries[^1], Does.Contain("$AuthFail").And.Contain("$Automated").And.Contain("$FirstTime"));
        Assert.That(TagsOf(entries[^1]), Is.EqualTo((string[])["plus:t5"]), "A tag in use fits, a new one does not.");

        await mail.FlagAsync(
            "INBOX", [new(1)], FlagChangeMode.Add, SystemFlags.None,
            [.. Enumerable.Range(0, Labels).Select(i => $"label{i}")]);
        await AssertRefusedAsync(
            () => mail.FlagAsync("INBOX", [new(1)], FlagChangeMode.Add, SystemFlags.None, "label-too-many"));
    }

    [Test]
    public async Task Labels_of_the_owner_use_up_no_room_of_the_server_and_the_senders()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, TimeProvider.System);
        await mail.AppendAsync("INBOX", "first");
        await mail.FlagAsync(
            "INBOX", [new(1)], FlagChangeMode.Add, SystemFlags.None,
            [.. Enumerable.Range(0, Labels).Select(i => $"label{i}")]);

        await DeliverAsync(store, mail, KeywordSet.Of("$AuthFail"), Tagged(1));
        await mail.FlagAsync("INBOX", [new(2)], FlagChangeMode.Add, SystemFlags.None, "$Forwarded", "$Junk", "label7");

        Assert.That(
            (await mail.EntriesAsync("INBOX"))[1],
            Does.Contain("$AuthFail").And.Contain("plus:t1").And.Contain("$Forwarded").And.Contain("label7"));
        await AssertRefusedAsync(
            () => mail.FlagAsync("INBOX", [new(2)], FlagChangeMode.Add, SystemFlags.None, "label-too-many"));
    }

    [Test]
    public async Task Tags_of_deleted_mail_make_room_and_never_keep_mail_from_being_moved()
    {
        var clock = new SettableClock();
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, clock);
        var inbox = await mail.FolderAsync("INBOX");
        var trash = await mail.FolderAsync("Trash");
        for (var i = 0; i < 12; i++)
        {
            await DeliverAsync(store, mail, KeywordSet.Empty, [.. Enumerable.Range(i * Tags, Tags).Select(Tagged)]);
            var uid = new Uid((uint)i + 1);
            Assert.That(TagsOf((await mail.EntriesAsync("INBOX"))[0]).Count(), Is.EqualTo(Tags), $"message {i}");
            await store.Copies.MoveAsync(inbox, new[] { uid }, trash.Folder, default);
            clock.Now = clock.Now.AddMinutes(2);
        }
        Assert.That((await mail.EntriesAsync("Trash")).SelectMany(TagsOf).Distinct().Count(), Is.EqualTo(12 * Tags));
    }

    [Test]
    public async Task A_submission_to_many_tags_of_an_inbox_stays_within_the_budget_too()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await OpenAsync(mail, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            await using var message = await mail.ReceiveAsync(
                $"From: ann@example.test\r\nMessage-ID: <{i}@x>\r\n\r\nHello\r\n");
            await store.Submissions.SubmitAsync(
                new(mail.Inbox, "ann@example.test", [.. Enumerable.Range(i * 60, 60).Select(Tagged)], default, message), default);
        }
        Assert.That((await mail.EntriesAsync("INBOX")).SelectMany(TagsOf).Distinct().Count(), Is.EqualTo(Tags));
        Assert.That(await mail.EntriesAsync("Sent"), Has.All.Contain("$Delivered"));
    }

    [Test]
    public async Task An_inbox_keeps_a_bounded_number_of_labels_over_time()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "first");
        for (var i = 0; i < 10; i++)
        {
            await mail.FlagAsync("INBOX", [new(1)], FlagChangeMode.Replace, SystemFlags.None);
            await mail.FlagAsync(
                "INBOX", [new(1)], FlagChangeMode.Add, SystemFlags.None,
                [.. Enumerable.Range(i * Labels, Labels).Select(number => $"label{number}")]);
        }
        await mail.FlagAsync("INBOX", [new(1)], FlagChangeMode.Replace, SystemFlags.None);
        await AssertRefusedAsync(
            () => mail.FlagAsync("INBOX", [new(1)], FlagChangeMode.Replace, SystemFlags.None, "one-more"));
        await mail.FlagAsync("INBOX", [new(1)], FlagChangeMode.Replace, SystemFlags.None, "label0", "$Junk");
        Assert.That((await mail.EntriesAsync("INBOX"))[0], Does.EndWith(":$Junk label0"));
    }

    [Test]
    public async Task Imported_keywords_use_up_half_of_the_owners_room_and_the_messages_come_all()
    {
        await using var mail = await Mailbox.CreateAsync();
        var (folder, leftOut) = (await mail.FolderAsync("INBOX"), new List<string>());
        for (var i = 0; i < 4; i++)
        {
            await using var message = await mail.ReceiveAsync($"Subject: {i}\r\n\r\n");
            var keywords = KeywordSet.Of(
                [.. Enumerable.Range(i * 200, 200).Select(number => $"imported{number:0000}"), "$Junk"]);
            Assert.That(
                await mail.Store.Imports.ImportAsync(folder, [new(message, SystemFlags.None, keywords, null)], leftOut, default), Has.All.Not.Null);
        }
        Assert.That(leftOut, Has.Count.EqualTo(300));
        Assert.That(await mail.EntriesAsync("INBOX"), Has.Length.EqualTo(4).And.All.Contain("$Junk"));
        await mail.FlagAsync(
            "INBOX", [new(1)], FlagChangeMode.Add, SystemFlags.None,
            [.. Enumerable.Range(0, Labels / 2).Select(i => $"label{i}")]);
    }

    static Task<MailStore> OpenAsync(Mailbox mail, TimeProvider time) =>
        mail.OpenAsync(options => options with { ListLimits = new() { Tags = Tags } }, time);

    static string Tagged(int number) => string.Create(CultureInfo.InvariantCulture, $"ann+t{number}@example.test");

    static IEnumerable<string> TagsOf(string entry) =>
        entry.Split(':', 3)[2].Split(' ').Where(keyword => keyword.StartsWith("plus:", StringComparison.Ordinal));

    static async Task DeliverAsync(MailStore store, Mailbox mail, KeywordSet keywords, params string[] recipients)
    {
        await using var message = await mail.ReceiveAsync("From: zoe@elsewhere.test\r\nSubject: hi\r\n\r\nHello\r\n");
        await store.Arrivals.DeliverAsync(new(recipients, message, keywords, null), default);
    }

    static Task AssertRefusedAsync(Func<Task> change)
    {
        Assert.That(
            async () =>
                await change(),
                Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.KeywordLimit));
        return Task.CompletedTask;
    }
}
