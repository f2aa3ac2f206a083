using System.Buffers;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;

namespace AgentPost.Store.Tests.Mail;

public sealed class AppendTests
{
    const string Text = "Subject: one\r\nMessage-ID: <a@b>\r\nDate: Fri, 01 Mar 2024 23:30:00 -0500\r\n\r\nHello\r\n";

    [Test]
    public async Task An_appended_message_is_read_again_octet_for_octet()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        var at = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.FromHours(7));
        var result = await mail.AppendAsync(inbox, Text, SystemFlags.Flagged | SystemFlags.Seen, KeywordSet.Of("$Forwarded", "work"), at);
        const MessageColumns All = (MessageColumns)1023;
        using var batch = await mail.Store.Messages.ReadBatchAsync(inbox, result.Uids.ToArray(), All, default);
        var row = batch.Rows.Single();
        Assert.That(System.Text.Encoding.UTF8.GetString(row.Octets.Span), Is.EqualTo(Text));
        Assert.That(row.Size, Is.EqualTo(Text.Length));
        Assert.That(row.InternalAt, Is.EqualTo(at));
        Assert.That(System.Text.Encoding.UTF8.GetString(row.Header.Span), Is.EqualTo(Text[..(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)]));
        Assert.That(System.Text.Encoding.UTF8.GetString(row.Envelope.Span), Does.Contain("\"one\""));
        Assert.That(System.Text.Encoding.UTF8.GetString(row.BodyStructure.Span), Does.StartWith("("));
        Assert.That(Mime.Structure.MimePartCodec.Decode(row.Parts.Span).EndOffset, Is.EqualTo(Text.Length));
        Assert.That(row.Preview, Is.EqualTo("Hello"));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:Seen, Flagged:$Forwarded work"]));
    }

    [Test]
    public async Task Line_ends_without_carriage_return_are_mended_and_counted()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        var message = "Content-Type: multipart/mixed; boundary=b\r\n\n--b\n\none\rtwo\nthree\r\n--b--\n";
        var stored = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\rtwo\r\nthree\r\n--b--\r\n";
        var result = await mail.AppendAsync(inbox, message);
        const MessageColumns All = (MessageColumns)1023;
        using var batch = await mail.Store.Messages.ReadBatchAsync(inbox, result.Uids.ToArray(), All, default);
        var row = batch.Rows.Single();
        var root = Mime.Structure.MimePartCodec.Decode(row.Parts.Span);
        Assert.That(System.Text.Encoding.UTF8.GetString(row.Octets.Span), Is.EqualTo(stored));
        Assert.That((row.Size, root.EndOffset), Is.EqualTo((stored.Length, (long)stored.Length)));
        Assert.That(row.Header.Length, Is.EqualTo(root.BodyOffset));
        Assert.That(stored[(int)root.Children[0].BodyOffset..(int)root.Children[0].EndOffset], Is.EqualTo("one\rtwo\r\nthree"));
    }

    [Test]
    public async Task Columns_that_are_not_asked_for_are_left_empty()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one", "two");
        using var batch = await mail.Store.Messages.ReadBatchAsync(
            await mail.FolderAsync("INBOX"), new Uid[] { new(1), new(2), new(9) }, MessageColumns.Size, default);
        Assert.That(batch.Rows.Select(row => row.Uid.Value), Is.EqualTo((int[])[1, 2]));
        Assert.That(batch.Rows.All(row => row is { Size: > 0, Header.IsEmpty: true, Octets.IsEmpty: true, Preview: "" }));
    }

    [Test]
    public async Task Several_messages_are_filed_in_order_with_one_modseq()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        await mail.AppendAsync("INBOX", "zero");
        var messages = new List<IncomingMessage>();
        for (var i = 0; i < 200; i++)
        {
            messages.Add(await mail.ReceiveAsync($"Subject: {i}\r\n\r\n"));
        }
        var result = await mail.Store.Appends.AppendAsync(
            inbox, [.. messages.Select(message => new AppendItem(message, SystemFlags.None, KeywordSet.Empty, null))], default);
        Assert.That(result.Uids.Select(uid => uid.Value), Is.EqualTo(Enumerable.Range(2, 200)));
        var snapshot = await mail.SnapshotAsync("INBOX");
        Assert.That(snapshot.HighestModSeq, Is.EqualTo(result.ModSeq));
        Assert.That(Enumerable.Range(1, 200).All(i => snapshot[i].ModSeq == result.ModSeq));
        Assert.That(await mail.TextAsync("INBOX", new(201)), Is.EqualTo("Subject: 199\r\n\r\n"));
        foreach (var message in messages)
        {
            await message.DisposeAsync();
        }
    }

    [Test]
    public async Task A_keyword_is_spelled_as_it_was_first_used_in_the_inbox()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.AppendAsync(await mail.FolderAsync("INBOX"), Text, keywords: KeywordSet.Of("ToDo"));
        await mail.AppendAsync(await mail.FolderAsync("Drafts"), Text, keywords: KeywordSet.Of("TODO"));
        Assert.That(await mail.EntriesAsync("Drafts"), Is.EqualTo((string[])["1:None:ToDo"]));
        var other = await mail.OpenOtherAsync();
        using var lease = await other.Live.OpenAsync(await mail.FolderAsync("Drafts"), default);
        Assert.That(lease.Folder.Current[0].Keywords.Names, Is.EqualTo((string[])["ToDo"]));
    }

    [Test]
    public async Task A_folder_takes_a_thousand_keywords_and_no_more()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        await mail.AppendAsync(inbox, Text, keywords: KeywordSet.Of(Enumerable.Range(0, 1000).Select(i => $"k{i}")));
        Assert.That(
            async () => await mail.AppendAsync(inbox, Text, keywords: KeywordSet.Of("onemore")),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.KeywordLimit));
        await mail.AppendAsync(inbox, Text, keywords: KeywordSet.Of("K7"));
        await mail.AppendAsync(await mail.FolderAsync("Drafts"), Text, keywords: KeywordSet.Of("onemore"));
        Assert.That(
            async () => await mail.FlagAsync("INBOX", [new(1)], FlagChangeMode.Add, default, "onemore"),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.KeywordLimit));
        Assert.That(
            async () => await mail.Store.Copies.CopyAsync(await mail.FolderAsync("Drafts"), new Uid[] { new(1) }, inbox.Folder, default),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.KeywordLimit));
        Assert.That((await mail.SnapshotAsync("INBOX")).Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Nothing_is_seen_of_an_append_that_is_refused()
    {
        await using var mail = await Mailbox.CreateAsync();
        var gone = await mail.CreateAsync("gone");
        await mail.Store.Folders.DeleteAsync(mail.Inbox.Id, Mailbox.Name("gone"), default);
        Assert.That(
            async () => await mail.AppendAsync(gone, Text),
            Throws.TypeOf<StoreRefusedException>().With.Property("Refusal").EqualTo(Refusal.FolderNotFound));
        Assert.That(await mail.CountAsync("messages"), Is.Zero);
        Assert.That(await mail.CountAsync("message_texts"), Is.Zero);
    }

    [Test]
    public async Task A_writer_that_dies_before_its_commit_leaves_nothing()
    {
        await using var mail = await Mailbox.CreateAsync();
        using var lease = await mail.Store.Live.OpenAsync(await mail.FolderAsync("INBOX"), default);
        using var stop = new CancellationTokenSource();

        // Another writer holds the inbox, so that the append has inserted its message and waits.
        await using var connection = new Npgsql.NpgsqlConnection(mail.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("select from inboxes for update", connection, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }
        await using var message = await mail.ReceiveAsync(Text);
        var append = mail.Store.Appends.AppendAsync(lease.Folder.Current.Key, [new(message, default, KeywordSet.Empty, null)], stop.Token);
        await mail.UntilAsync("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '%update inboxes%')");
        await stop.CancelAsync();
        Assert.That(async () => await append, Throws.InstanceOf<OperationCanceledException>());
        await transaction.RollbackAsync();
        Assert.That((await lease.Folder.RefreshAsync(default)).Count, Is.Zero);
        Assert.That(await mail.CountAsync("messages"), Is.Zero);
        Assert.That((await mail.AppendAsync("INBOX", "next")).Single().Value, Is.EqualTo(1));
    }

    [Test]
    public async Task A_writer_whose_connection_is_cut_leaves_nothing_and_the_next_one_succeeds()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var connection = new Npgsql.NpgsqlConnection(mail.ConnectionString);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var command = new Npgsql.NpgsqlCommand("select from inboxes for update", connection, transaction);
            await command.ExecuteNonQueryAsync();
            var append = mail.AppendAsync("INBOX", "one");
            await mail.UntilAsync(
                "select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity where wait_event_type = 'Lock' and query like '%update inboxes%'");
            Assert.That(async () => await append, Throws.TypeOf<StoreUnavailableException>());
        }
        Assert.That(await mail.CountAsync("messages"), Is.Zero);
        Assert.That((await mail.AppendAsync("INBOX", "two")).Single().Value, Is.EqualTo(1));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:"]));
    }

    [Test]
    public async Task Messages_belong_to_the_thread_of_those_they_refer_to_and_never_of_those_with_their_subject()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        await mail.AppendAsync(inbox, "Message-ID: <1@x>\r\nSubject: lunch\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: other\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <3@x>\r\nReferences: <0@x> <2@x>\r\nSubject: Re: other\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <4@x>\r\nSubject: Re: lunch\r\n\r\n");
        await mail.AppendAsync(await mail.FolderAsync("Sent"), "Message-ID: <1@x>\r\nSubject: lunch\r\n\r\n");
        using var batch = await mail.Store.Messages.ReadBatchAsync(
            inbox, new Uid[] { new(1), new(2), new(3), new(4) }, MessageColumns.ThreadId, default);
        using var sent = await mail.Store.Messages.ReadBatchAsync(await mail.FolderAsync("Sent"), new Uid[] { new(1) }, MessageColumns.ThreadId, default);
        var threads = batch.Rows.Concat(sent.Rows).Select(row => row.ThreadId).ToArray();
        Assert.That(threads[1..3].Append(threads[4]), Is.All.EqualTo(threads[0]));
        Assert.That(threads[3], Is.Not.EqualTo(threads[0]));
    }

    [Test]
    public async Task Replies_that_come_before_what_they_answer_are_of_one_thread_with_it()
    {
        await using var mail = await Mailbox.CreateAsync();
        var inbox = await mail.FolderAsync("INBOX");
        await mail.AppendAsync(inbox, "Message-ID: <3@x>\r\nReferences: <1@x> <2@x>\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <other reply@x>\r\nIn-Reply-To: <2@x>\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <1@x>\r\n\r\n");
        await mail.AppendAsync(inbox, "Message-ID: <0@x>\r\n\r\n");
        using var batch = await mail.Store.Messages.ReadBatchAsync(
            inbox, new Uid[] { new(1), new(2), new(3), new(4), new(5) }, MessageColumns.ThreadId, default);
        Assert.That(batch.Rows.Take(4).Select(row => row.ThreadId), Is.All.EqualTo(batch.Rows[0].ThreadId));
        Assert.That(batch.Rows[4].ThreadId, Is.Not.EqualTo(batch.Rows[0].ThreadId));

        // What is known is not awaited.
        Assert.That(await mail.ScalarAsync<string>("select string_agg(internet_message_id, ' ' order by internet_message_id) from awaited_messages"), Is.EqualTo("1@x 2@x"));
    }

    [Test]
    public async Task Eight_writers_get_UIDs_and_modseqs_without_gap_and_in_commit_order()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        var inbox = await mail.FolderAsync("INBOX");
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var store = writer % 2 == 0 ? mail.Store : other;
            var own = new List<AppendResult>();
            for (var i = 0; i < 25; i++)
            {
                await using var message = store.Appends.Receive();
                await message.WriteAsync(new ReadOnlySequence<byte>("Subject: x\r\n\r\n"u8.ToArray()), default);
                await message.CompleteAsync(default);
                own.Add(await store.Appends.AppendAsync(inbox, [new(message, default, KeywordSet.Of($"w{writer}"), null)], default));
            }
            return own;
        }));
        var all = results.SelectMany(own => own).OrderBy(result => result.Uids[0]).ToArray();
        Assert.That(all.Select(result => result.Uids.Single().Value), Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(all.Select(result => result.ModSeq.Value), Is.EqualTo(Enumerable.Range(0, 200).Select(i => all[0].ModSeq.Value + i)));
        Assert.That(results.All(own => own.SequenceEqual(own.OrderBy(result => result.ModSeq))));
        var snapshot = await mail.SnapshotAsync("INBOX");
        Assert.That(snapshot.UidNext.Value, Is.EqualTo(201));
        Assert.That(snapshot.KeywordsInUse.Names, Has.Length.EqualTo(8));
    }
}
