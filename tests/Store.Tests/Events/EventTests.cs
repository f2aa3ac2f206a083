using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Events;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Sending;

namespace AgentPost.Store.Tests.Events;

/// <summary>What changes of mail and keys tell.</summary>
sealed class EventTests
{
    [Test]
    public async Task Of_an_organization_that_nobody_follows_nothing_is_written()
    {
        await using var mail = await Mailbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one");
        await mail.FlagAsync("INBOX", uids, FlagChangeMode.Add, SystemFlags.Seen);
        await mail.Store.Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], null, null), default);

        Assert.That(await mail.CountAsync("event_notes") + await mail.CountAsync("events"), Is.Zero);

        await mail.Store.Events.FollowAsync(mail.Inbox.Organization, FollowedInbox.Everything, default);
        await mail.AppendAsync("INBOX", "two");

        Assert.That((await mail.EventsAsync(1)).Types(), Is.EqualTo((string[])["message.appended"]));
    }

    [Test]
    public async Task A_message_is_told_with_what_is_in_it()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await using var message = await mail.ReceiveAsync(
            "From: Bea <bea@example.test>\r\nTo: ann@example.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@example.test>\r\n\r\nNew words.\r\n\r\n> old words\r\n");

        await mail.Store.Arrivals.DeliverAsync(new(["ann+news@example.test"], message, KeywordSet.Empty, "bea@example.test"), default);

        var told = (await mail.EventsAsync(1))[0];
        var inbox = await mail.SnapshotAsync("INBOX");
        Assert.That((told.Type, told.Inbox), Is.EqualTo(("message.received", (InboxId?)mail.Inbox.Id)));
        Assert.That(told.Text("from_address"), Is.EqualTo("bea@example.test"));
        Assert.That(told.Text("from_name"), Is.EqualTo("Bea"));
        Assert.That(told.Text("subject"), Is.EqualTo("Grüße"));
        Assert.That(told.Text("internet_message_id"), Is.EqualTo("1@example.test"));
        Assert.That(told.Text("extracted_text")?.Trim(), Is.EqualTo("New words."));
        Assert.That(told.Text("to_addresses"), Is.EqualTo("""["ann@example.test"]"""));
        Assert.That(told.Text("labels"), Is.EqualTo("""["$firsttime","plus:news"]"""));
        Assert.That(told.Text("has_attachments"), Is.EqualTo("False"));
        Assert.That((told.Text("folder"), told.Text("uid")), Is.EqualTo(("INBOX", inbox[0].Uid.ToString())));
        Assert.That(MessageId.TryParse(told.Text("message_id"), out _) && ThreadId.TryParse(told.Text("thread_id"), out _));
    }

    [Test]
    public async Task A_stranger_cannot_make_an_event_long()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        var many = string.Join(",\r\n ", Enumerable.Range(0, 2000).Select(i => $"recipient{i}@example.test"));
        await using var message = await mail.ReceiveAsync(
            $"From: {new string('x', 5000)}@example.test\r\nTo: {many}\r\nSubject: {new string('s', 50_000)}\r\n\r\n{string.Concat(Enumerable.Repeat("Many words. ", 10_000))}\r\n");

        await mail.Store.Arrivals.DeliverAsync(new(["ann@example.test"], message, KeywordSet.Empty, null), default);

        var told = (await mail.EventsAsync(1))[0];
        Assert.That(told.Data, Has.Length.LessThan(20_000));
        Assert.That(told.Json().GetProperty("to_addresses").GetArrayLength(), Is.EqualTo(100));
        Assert.That((told.Text("subject")?.Length, told.Text("extracted_text")?.Length), Is.EqualTo(((int?)1000, (int?)10_000)));
    }

    [Test]
    public async Task Flags_moves_copies_and_deletions_are_told_one_event_for_each_message()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        var uids = await mail.AppendAsync("INBOX", "one", "two");
        var archive = await mail.CreateAsync("Archive");
        var inbox = await mail.FolderAsync("INBOX");
        await mail.FlagAsync("INBOX", uids, FlagChangeMode.Add, SystemFlags.Seen, "Work");
        await mail.Store.Copies.CopyAsync(inbox, uids.AsMemory(0, 1), archive.Folder, default);
        await mail.Store.Copies.MoveAsync(inbox, uids.AsMemory(1, 1), archive.Folder, default);
        await mail.Store.Copies.MoveAsync(inbox, uids.AsMemory(0, 1), (await mail.FolderAsync("Trash")).Folder, default);
        await mail.DeleteAsync("Trash", new Uid(1));

        var events = await mail.EventsAsync(9);

        Assert.That(events.Types(), Is.EqualTo((string[])
        [
            "message.appended", "message.appended", "message.flags", "message.flags", "message.copied", "message.moved", "message.deleted", "message.flags", "message.deleted",
        ]));
        var ids = events.Select(told => told.Text("message_id")).ToArray();
        Assert.That(ids, Is.EqualTo((string?[])[ids[0], ids[1], ids[0], ids[1], ids[0], ids[1], ids[0], ids[0], ids[0]]));
        Assert.That((events[2].Text("seen"), events[2].Text("labels"), events[2].Text("uid")), Is.EqualTo(("True", """["work"]""", "1")));
        Assert.That((events[5].Text("from_folder"), events[5].Text("folder"), events[5].Text("uid")), Is.EqualTo(("INBOX", "Archive", "2")));
        Assert.That((events[6].Text("folder"), events[6].Text("permanent")), Is.EqualTo(("INBOX", "False")));
        Assert.That((events[8].Text("folder"), events[8].Text("permanent")), Is.EqualTo(("Trash", "True")));
    }

    [Test]
    public async Task A_draft_keeps_its_id_when_a_client_replaces_its_text()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        var drafts = await mail.FolderAsync("Drafts");
        const string Text = "Message-ID: <d@example.test>\r\nSubject: draft\r\n\r\n";
        var first = await mail.AppendAsync(drafts, Text + "one");
        await mail.EventsAsync(1);
        var second = await mail.AppendAsync(drafts, Text + "two");
        await mail.EventsAsync(2);
        // Not the end of the draft: its newer text is there.
        await mail.DeleteAsync("Drafts", [.. first.Uids]);
        await mail.DeleteAsync("Drafts", [.. second.Uids]);

        var events = await mail.EventsAsync(5);

        Assert.That(events.Types(), Is.EqualTo((string[])["draft.created", "draft.updated", "message.flags", "message.flags", "draft.deleted"]));
        var ids = events.Where(told => told.Type.StartsWith("draft.", StringComparison.Ordinal)).Select(told => told.Text("draft_id")).Distinct().ToList();
        Assert.That(ids, Has.Count.EqualTo(1).And.All.StartsWith("drf_"));
        Assert.That(events[1].Text("message_id"), Is.Not.EqualTo(events[0].Text("message_id")));
    }

    [Test]
    public async Task Sending_is_told_to_the_sender_and_to_who_is_here_and_what_is_refused_too()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        var bob = await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await using var message = await mail.ReceiveAsync("From: ann@example.test\r\nTo: bob@example.test\r\nSubject: hello\r\nMessage-ID: <s@example.test>\r\n\r\nHi.\r\n");
        var sent = await mail.Store.Submissions.SubmitAsync(
            new(mail.Inbox, "ann@example.test", ["bob@example.test"], Encoding.ASCII.GetBytes("Received: here\r\n"), message), default);
        await mail.Store.SendingRules.AddAsync(
            new(PolicyLevel.Organization, RuleAction.Block, "zoe@blocked.test"), default);
        var refusal = await mail.Store.SendPolicy.CheckAsync(mail.Inbox.Id, "zoe@blocked.test", [], default);

        var events = await mail.EventsAsync(4);

        Assert.That(events.Types(), Is.EqualTo((string[])["message.sent", "message.received", "message.delivered", "message.rejected"]));
        Assert.That(events.Select(told => told.Inbox), Is.EqualTo((InboxId?[])[mail.Inbox.Id, bob.Id, mail.Inbox.Id, mail.Inbox.Id]));
        Assert.That((events[0].Text("message_id"), events[2].Text("message_id")), Is.EqualTo((sent.ToString(), sent.ToString())));
        Assert.That(events[2].Text("recipients"), Is.EqualTo("""["bob@example.test"]"""));
        Assert.That((events[3].Text("recipients"), events[3].Text("reason")), Is.EqualTo(("""["zoe@blocked.test"]""", refusal!.Reason)));
    }

    [Test]
    public async Task How_delivery_ends_is_told_for_each_recipient()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await using var message = await mail.ReceiveAsync("From: ann@example.test\r\nSubject: out\r\n\r\n");
        var sent = await mail.Store.Submissions.SubmitAsync(new(mail.Inbox, "ann@example.test", ["one@a.test", "two@a.test"], "Received: here\r\n"u8.ToArray(), message), default);
        var taken = (await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 10, default))!;
        var attempts = taken.Recipients.Select(recipient => recipient.Address.StartsWith("one", StringComparison.Ordinal)
            ? new DeliveryAttempt(recipient.Id, DeliveryEnd.Delivered, "2.0.0", "250 taken") { Peer = "mx.a.test" }
            : new DeliveryAttempt(recipient.Id, DeliveryEnd.Failed, "5.1.1", "550 no such user") { Peer = "mx.a.test" }).ToList();
        await using var report = await mail.ReceiveAsync("From: <>\r\nSubject: not delivered\r\n\r\n");

        await mail.Store.Deliveries.SettleAsync(
            taken, attempts, report, new Dictionary<string, LocalRecipient>(), default);
        // Settled by another before: nothing is told twice.
        await mail.Store.Deliveries.SettleAsync(
            taken, attempts, null, new Dictionary<string, LocalRecipient>(), default);
        await mail.AppendAsync("INBOX", "last");

        var events = await mail.EventsAsync(5);
        Assert.That(events.Types(), Is.EquivalentTo((string[])["message.sent", "message.delivered", "message.bounced", "message.received", "message.appended"]));
        var bounced = events.Single(told => told.Type == EventType.MessageBounced);
        Assert.That((bounced.Text("message_id"), bounced.Text("recipients")), Is.EqualTo((sent.ToString(), """["two@a.test"]""")));
        Assert.That((bounced.Text("status"), bounced.Text("reason"), bounced.Text("server")), Is.EqualTo(("5.1.1", "550 no such user", "mx.a.test")));
        Assert.That(events.Single(told => told.Type == EventType.MessageReceived).Text("subject"), Is.EqualTo("not delivered"));
    }

    [Test]
    public async Task Keys_and_sessions_are_told_and_never_a_secret()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        var made = await mail.Store.Accounts.CreateKeyAsync(new([Scope.MessagesRead], ["ann@example.test"], "reader", null), default);
        await mail.Store.Accounts.RevokeKeyAsync(made.Key.Id, default);
        await mail.Store.Accounts.RevokeKeyAsync(made.Key.Id, default);
        await mail.Store.Events.NoteSessionsAsync(
            [new(mail.Inbox.Id, made.Key.Id, "0H1", "imap", "192.0.2.1", true, TimeProvider.System.GetUtcNow())], default);

        var events = await mail.EventsAsync(3);

        Assert.That(events.Types(), Is.EqualTo((string[])["key.created", "key.revoked", "session.started"]));
        Assert.That(events.Select(told => told.Text("key_id")), Is.All.EqualTo(made.Key.Id.ToString()));
        Assert.That((events[0].Text("scopes"), events[0].Text("name")), Is.EqualTo(("""["messages:read"]""", "reader")));
        Assert.That((events[2].Text("protocol"), events[2].Text("remote_address"), events[2].Inbox), Is.EqualTo(("imap", "192.0.2.1", (InboxId?)mail.Inbox.Id)));
        Assert.That(events.Select(told => told.Data), Has.None.Contain(made.Secret));
    }

    [Test]
    public async Task A_transaction_that_is_not_committed_tells_nothing()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await using var other = await mail.OpenOtherAsync(new InboxCapacity { Messages = 0 });
        await using var message = await mail.ReceiveAsync("Subject: too much\r\n\r\n");

        Assert.That(
            async () => await other.Arrivals.DeliverAsync(new(["ann@example.test"], message, KeywordSet.Empty, null), default),
            Throws.InstanceOf<StoreRefusedException>());

        await mail.AppendAsync("INBOX", "one");
        Assert.That((await mail.EventsAsync(1)).Types(), Is.EqualTo((string[])["message.appended"]));
    }

    [Test]
    public async Task The_events_of_an_inbox_go_with_it()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one");
        await mail.EventsAsync(1);

        await mail.Store.Accounts.DeleteInboxAsync("ann@example.test", default);

        Assert.That(await mail.CountAsync("event_notes") + await mail.CountAsync("events"), Is.Zero);
    }

    [Test]
    public async Task Old_events_are_removed_and_their_ids_no_longer_known()
    {
        await using var mail = await FollowedInbox.CreateAsync();
        await mail.AppendAsync("INBOX", "one", "two");
        var events = await mail.EventsAsync(2);
        await mail.ScalarAsync<int>($"with old as (update events set occurred_at = now() - interval '4 days' where position = {events[0].Position} returning 1) select 1");

        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);

        var known = events.Select(told => mail.Store.Events.FindPositionAsync(mail.Inbox.Organization, told.Id, default));
        Assert.That(await Task.WhenAll(known), Is.EqualTo((long?[])[null, events[1].Position]));
    }
}
