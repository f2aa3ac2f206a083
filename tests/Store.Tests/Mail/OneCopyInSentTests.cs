using System.Globalization;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Mail;

public sealed class OneCopyInSentTests
{
    const string Head = "From: Ann <ann@example.test>\r\nTo: bob@elsewhere.test\r\nSubject: hi\r\n";
    const string Id = "Message-ID: <m@x>\r\n";
    const string Body = "\r\nHello\r\n";

    static readonly string Dated = Head + "Date: " + DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "+0000", StringComparison.Ordinal) + "\r\n";

    [Test]
    public async Task A_clients_copy_after_the_submission_gets_the_UID_of_what_is_there()
    {
        await using var mail = await Mailbox.CreateAsync();
        var id = await SubmitAsync(mail, Head + Id + Body);
        var appended = await AppendAsync(mail, Head + Id + "X-Client: own\r\n" + Body, SystemFlags.Flagged, "$work");
        Assert.That(appended.Uids, Is.EqualTo((Uid[])[new(1)]));
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen, Flagged:$Queued $work"]));
        Assert.That(await mail.TextAsync("Sent", new(1)), Is.EqualTo(Head + Id + Body));
        Assert.That(await mail.ScalarAsync<Guid>("select sent_id from queue"), Is.EqualTo(id.Value));
        await ShowsOnlyWhatIsThereAsync(mail, messages: 1);
    }

    [Test]
    public async Task A_client_that_repeats_itself_changes_nothing_the_second_time()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Head + Id + Body);
        var first = await AppendAsync(mail, Head + Id + Body, SystemFlags.Flagged);
        var second = await AppendAsync(mail, Head + Id + Body, SystemFlags.Flagged);
        Assert.That(second.Uids, Is.EqualTo(first.Uids));
        Assert.That(second.ModSeq, Is.EqualTo(first.ModSeq));
        await ShowsOnlyWhatIsThereAsync(mail, messages: 1);
    }

    [Test]
    public async Task A_submission_after_the_clients_copy_files_none()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, Head + Id + "X-Client: own\r\n" + Body, SystemFlags.None);
        var shown = await SubmitAsync(mail, Head + Id + Body);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Queued"]));
        Assert.That(await mail.TextAsync("Sent", new(1)), Does.Contain("X-Client"));
        Assert.That(await mail.ScalarAsync<Guid>("select message_id from entries"), Is.EqualTo(shown.Value));

        // What is sent is what was submitted.
        Assert.That(
            await mail.ScalarAsync<string>("select convert_from(octets, 'UTF8') from messages natural join queue"), Is.EqualTo(Head + Id + Body));
        Assert.That(await mail.ScalarAsync<Guid>("select sent_id from queue"), Is.EqualTo(shown.Value));
    }

    [Test]
    public async Task A_submission_that_nobody_elsewhere_waits_for_leaves_no_second_message()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, Head + Id + Body);
        await SubmitAsync(mail, Head + Id + Body, "ann@example.test");
        await ShowsOnlyWhatIsThereAsync(mail, messages: 2);
        Assert.That((await mail.SnapshotAsync("INBOX")).Count, Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_copy_that_names_Bcc_stays(bool isClientLast)
    {
        await using var mail = await Mailbox.CreateAsync();
        const string Blind = Head + "Bcc: secret@elsewhere.test\r\n" + Id + Body;
        if (isClientLast)
        {
            await SubmitAsync(mail, Head + Id + Body);
            Assert.That((await AppendAsync(mail, Blind, SystemFlags.Flagged)).Uids, Is.EqualTo((Uid[])[new(2)]));
        }
        else
        {
            await AppendAsync(mail, Head + Id + Body, SystemFlags.Flagged);
            await SubmitAsync(mail, Blind);
        }
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["2:Seen, Flagged:$Queued"]));
        Assert.That(await mail.TextAsync("Sent", new(2)), Is.EqualTo(Blind));
        Assert.That(await mail.EntriesAsync("Trash"), Is.Empty);
        Assert.That(await mail.ScalarAsync<bool>("select sent_id = (select message_id from entries) from queue"));

        // The same again finds what has taken the place.
        Assert.That((await AppendAsync(mail, Blind)).Uids, Is.EqualTo((Uid[])[new(2)]));
    }

    [Test]
    public async Task Copies_without_Message_ID_are_known_by_From_Date_Subject_and_body()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Dated + Body);
        Assert.That((await AppendAsync(mail, Dated + "X-Client: own\r\n" + Body.TrimEnd())).Uids, Is.EqualTo((Uid[])[new(1)]));

        // The pair is complete: the same words once more are another message.
        Assert.That((await AppendAsync(mail, Dated + Body)).Uids, Is.EqualTo((Uid[])[new(2)]));
    }

    [Test]
    public async Task Copies_without_a_Date_are_of_the_time_when_they_come()
    {
        await using var mail = await Mailbox.CreateAsync();
        await AppendAsync(mail, Head + Body);
        await SubmitAsync(mail, Dated + Body);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Queued"]));
    }

    [TestCase("Subject: hi", "Subject: ho")]
    [TestCase("Ann <ann@", "Ann <anne@")]
    [TestCase("Hello", "Hallo")]
    [TestCase("+0000", "-0300")]
    public async Task What_differs_is_another_message(string old, string other)
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Dated + Body);
        Assert.That((await AppendAsync(mail, (Dated + Body).Replace(old, other, StringComparison.Ordinal))).Uids, Is.EqualTo((Uid[])[new(2)]));
    }

    [Test]
    public async Task Equal_messages_sent_twice_and_appended_twice_are_two()
    {
        await using var mail = await Mailbox.CreateAsync();
        for (var i = 0; i < 2; i++)
        {
            await SubmitAsync(mail, Dated + $"Message-ID: <{i}@x>\r\n" + Body);
            await AppendAsync(mail, Dated + $"Message-ID: <{i}@x>\r\n" + Body);
        }
        Assert.That((await mail.SnapshotAsync("Sent")).Count, Is.EqualTo(2));
        await ShowsOnlyWhatIsThereAsync(mail, messages: 2);
    }

    [Test]
    public async Task After_ten_minutes_it_is_another_copy()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Head + Id + Body);
        await mail.ScalarAsync<long>("with aged as (update sent_copies set submitted_at = submitted_at - interval '601 s' returning 1) select count(*) from aged");
        Assert.That((await AppendAsync(mail, Head + Id + Body)).Uids, Is.EqualTo((Uid[])[new(2)]));
    }

    [Test]
    public async Task Records_of_copies_are_pruned()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Head + Id + Body);
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(await mail.CountAsync("sent_copies"), Is.EqualTo(1));
        await mail.ScalarAsync<long>("with aged as (update sent_copies set submitted_at = submitted_at - interval '601 s' returning 1) select count(*) from aged");
        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);
        Assert.That(await mail.CountAsync("sent_copies"), Is.Zero);
    }

    [Test]
    public async Task Other_folders_and_two_appends_are_left_alone_and_a_copy_into_Sent_is_not()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Head + Id + Body);
        await mail.AppendAsync(await mail.CreateAsync("Sent Messages"), Head + Id + Body);
        await mail.AppendAsync(await mail.FolderAsync("INBOX"), Head + Id + Body);
        Assert.That((await mail.SnapshotAsync("Sent Messages")).Count, Is.EqualTo(1));
        var copied = await mail.Store.Copies.CopyAsync(await mail.FolderAsync("INBOX"), new Uid[] { new(1) }, (await mail.FolderAsync("Sent")).Folder, default);
        Assert.That(copied.Destination, Is.EqualTo((Uid[])[new(1)]));

        await AppendAsync(mail, Head + "Message-ID: <other@x>\r\n" + "\r\nOther\r\n");
        Assert.That((await AppendAsync(mail, Head + "Message-ID: <other@x>\r\n" + "\r\nOther\r\n")).Uids, Is.EqualTo((Uid[])[new(3)]));
    }

    [Test]
    public async Task What_left_Sent_is_no_copy_to_point_at()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Head + Id + Body);
        await mail.DeleteAsync("Sent", new Uid(1));
        Assert.That((await AppendAsync(mail, Head + Id + Body)).Uids, Is.EqualTo((Uid[])[new(2)]));
    }

    [Test]
    public async Task Several_at_once_find_each_its_own()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, Head + Id + Body);
        await SubmitAsync(mail, Head + "Message-ID: <n@x>\r\n" + Body);
        string[] texts =
        [
            Head + "Message-ID: <n@x>\r\n" + Body,
            Head + "Message-ID: <new@x>\r\n" + "\r\nNew\r\n",
            Head + "Bcc: b@x\r\n" + Id + Body,
            Head + "Bcc: b@x\r\n" + Id + Body,
        ];
        var messages = await Task.WhenAll(texts.Select(mail.ReceiveAsync));
        var items = messages.Select((message, i) => new AppendItem(message, SystemFlags.None, KeywordSet.Of($"k{i}"), null)).ToArray();
        var result = await mail.Store.Appends.AppendAsync(await mail.FolderAsync("Sent"), items, default);
        foreach (var message in messages)
        {
            await message.DisposeAsync();
        }
        Assert.That(result.Uids, Is.EqualTo((Uid[])[new(2), new(3), new(4), new(4)]));
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["2:Seen:$Queued k0", "3:None:k1", "4:Seen:$Queued k2 k3"]));
    }

    [Test]
    public async Task Of_two_that_race_one_finds_the_other()
    {
        await using var mail = await Mailbox.CreateAsync();
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("Sent"), default);
        for (var i = 0; i < 20; i++)
        {
            var text = Head + $"Message-ID: <{i}@x>\r\n" + Body;
            await Task.WhenAll(Task.Run(() => SubmitAsync(mail, text)), Task.Run(() => AppendAsync(mail, text)), Task.Run(() => AppendAsync(mail, Head + Body + i)));
        }
        var sent = await lease.Folder.RefreshAsync(default);
        Assert.That(await mail.ScalarAsync<long>("select count(distinct internet_message_id) from entries natural join messages"), Is.EqualTo(20));
        Assert.That(sent.Count, Is.EqualTo(40));
    }

    /// <summary>No message lies about that nothing names, and what the process knows is what the database says.</summary>
    static async Task ShowsOnlyWhatIsThereAsync(Mailbox mail, int messages)
    {
        Assert.That(await mail.CountAsync("messages"), Is.EqualTo(messages));
        Assert.That(await mail.CountAsync("message_texts"), Is.EqualTo(messages));
        Assert.That(await mail.ScalarAsync<bool>("select not exists (select from messages natural left join entries where folder_id is null)"));
    }

    static async Task<AppendResult> AppendAsync(Mailbox mail, string text, SystemFlags flags = SystemFlags.Seen, params string[] keywords) =>
        await mail.AppendAsync(await mail.FolderAsync("Sent"), text, flags, KeywordSet.Of(keywords));

    static async Task<MessageId> SubmitAsync(Mailbox mail, string text, string recipient = "bob@elsewhere.test")
    {
        await using var message = await mail.ReceiveAsync(text);
        return await mail.Store.Submissions.SubmitAsync(new(mail.Inbox, "ann@example.test", [recipient], default, message), default);
    }
}
