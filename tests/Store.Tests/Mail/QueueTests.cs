using System.Collections.Concurrent;
using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Sending;
using AgentPost.Store.Spooling;

namespace AgentPost.Store.Tests.Mail;

public sealed class QueueTests
{
    const string Trace = "Received: from here by there; Fri, 1 Mar 2024 00:00:00 +0000\r\n";
    const string Text = "From: ann@example.test\r\nMessage-ID: <m@x>\r\nSubject: hi\r\n\r\nHello\r\n";

    static readonly IReadOnlyDictionary<string, LocalRecipient> Nobody = new Dictionary<string, LocalRecipient>();

    [Test]
    public async Task Recipients_of_one_destination_are_taken_together_and_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test", "two@A.Test", "three@b.test");
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.EquivalentTo([QueueScope.To("a.test"), QueueScope.To("b.test")]));
        var taken = await mail.Store.Queue.TakeAsync(QueueScope.To("a.test"), 100, default);
        var other = await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 100, default);
        Assert.Multiple(async () =>
        {
            Assert.That(taken!.Recipients.Select(recipient => recipient.Address), Is.EquivalentTo((string[])["one@a.test", "two@A.Test"]));
            Assert.That(taken.ReversePath, Is.EqualTo("ann@example.test"));
            Assert.That(other!.Recipients.Single().Address, Is.EqualTo("three@b.test"));
            Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 100, default), Is.Null);
            Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.Empty);
        });
    }

    [Test]
    public async Task A_lease_that_ended_or_was_given_back_frees_the_recipient()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test");
        await TakeAsync(mail);
        await EndLeasesAsync(mail);
        var again = await TakeAsync(mail);
        await mail.Store.Queue.Leases.ReleaseAsync(again.Lease, default);
        var third = await TakeAsync(mail);
        await EndLeasesAsync(mail);
        await mail.Store.Queue.Leases.RenewAsync([third.Lease], default);
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 100, default), Is.Null);
    }

    [Test]
    public async Task Many_takers_on_two_hosts_take_each_recipient_once()
    {
        const int Messages = 40;
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        for (var i = 0; i < Messages; i++)
        {
            await SubmitTextAsync(mail, Text.Replace("<m@x>", $"<{i}@x>", StringComparison.Ordinal), $"a{i}@a.test", $"b{i}@a.test", $"c{i}@a.test");
        }
        var seen = new ConcurrentBag<QueueId>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async taker =>
        {
            var queue = (taker % 2 == 0 ? mail.Store : other).Queue;
            while (await queue.TakeAsync(QueueScope.To("a.test"), 2, default) is { } taken)
            {
                taken.Recipients.ToList().ForEach(recipient => seen.Add(recipient.Id));
            }
        }));
        Assert.That(seen, Has.Count.EqualTo(3 * Messages).And.Unique);
    }

    [TestCase("inbox", PolicyLevel.Operator)]
    [TestCase("inbox", PolicyLevel.Organization)]
    [TestCase("inbox", PolicyLevel.Inbox)]
    [TestCase("organization", PolicyLevel.Operator)]
    public async Task What_was_sent_waits_while_the_sender_is_blocked(string blocked, PolicyLevel level)
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test");
        Task BlockAsync(string? reason) => blocked == "inbox"
            ? reason is null
                ? mail.Store.SendingRules.ResumeInboxAsync("ann@example.test", level, default)
                : mail.Store.SendingRules.PauseInboxAsync("ann@example.test", level, reason, default)
            : mail.Store.SendingRules.PauseOrganizationAsync(reason, default);
        await BlockAsync("under review");
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.Empty);
        Assert.That(await mail.Store.Queue.FindNextDueAsync(DateTimeOffset.UnixEpoch, RemoteDelivery.Active, default), Is.Null);
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.To("a.test"), 1, default), Is.Null);

        await BlockAsync(null);
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.EqualTo((QueueScope[])[QueueScope.To("a.test")]));
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.To("a.test"), 1, default), Is.Not.Null);
    }

    [Test]
    public async Task Mail_of_a_paused_sender_is_behind_all_that_is_due_and_returns_to_its_place()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test", "two@b.test");
        await mail.ExecuteAsync("update queue set next_attempt_at = '2026-01-01Z' where destination = 'a.test'");
        var due = (await mail.Store.QueueListing.ListAsync(10, default)).Select(line => (line.Recipient, line.NextAttemptAt)).ToList();
        var taken = await TakeAsync(mail, "b.test");

        await mail.Store.SendingRules.PauseInboxAsync("ann@example.test", PolicyLevel.Operator, "under review", default);
        await mail.Store.SendingRules.PauseOrganizationAsync("maintenance", default);
        Assert.That(await mail.ScalarAsync<long>("select count(*) from queue where next_attempt_at = 'infinity'"), Is.EqualTo(2));
        Assert.That(
            (await mail.Store.QueueListing.ListAsync(10, default)).Select(line => (line.Recipient, line.NextAttemptAt)), Is.EquivalentTo(due));
        Assert.That(await mail.Store.QueueListing.RetryAsync(null, default), Is.EqualTo(1), "One of them is being tried.");
        await SettleAsync(mail, taken, DeliveryEnd.Delayed);
        await mail.Store.SendingRules.PauseOrganizationAsync(null, default);
        Assert.That(await mail.ScalarAsync<long>("select count(*) from queue where next_attempt_at = 'infinity'"), Is.EqualTo(2));

        await mail.Store.SendingRules.ResumeInboxAsync("ann@example.test", PolicyLevel.Operator, default);
        Assert.That(
            await mail.ScalarAsync<long>("select count(*) from queue where next_attempt_at <= now() and paused_attempt_at is null"), Is.EqualTo(2));
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_sent_message_shows_how_far_it_is()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test", "two@b.test");
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Queued"]));
        await SettleAsync(mail, await TakeAsync(mail, "a.test"), DeliveryEnd.Delivered);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Queued"]));
        await SettleAsync(mail, await TakeAsync(mail, "b.test"), DeliveryEnd.Delivered);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Delivered"]));
        Assert.That(await mail.CountAsync("queue"), Is.Zero);
    }

    [Test]
    public async Task A_message_that_failed_for_one_is_never_shown_as_delivered()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test", "two@b.test");
        await SettleAsync(mail, await TakeAsync(mail, "a.test"), DeliveryEnd.Failed);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Failed $Queued"]));
        await SettleAsync(mail, await TakeAsync(mail, "b.test"), DeliveryEnd.Delivered);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Failed"]));
    }

    [Test]
    public async Task A_delayed_recipient_waits_and_keeps_what_was_said()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test");
        var taken = await TakeAsync(mail);
        var pause = TimeSpan.FromMinutes(5);
        var attempt = new DeliveryAttempt(taken.Recipients[0].Id, DeliveryEnd.Delayed, "4.2.0", "450 4.2.0 Greylisted") { Pause = pause, Peer = "mx.a.test" };
        await mail.Store.Deliveries.SettleAsync(taken, [attempt], null, Nobody, default);
        var line = (await mail.Store.QueueListing.ListAsync(10, default)).Single();
        Assert.Multiple(async () =>
        {
            Assert.That((line.Attempts, line.LastError, line.LastPeer), Is.EqualTo((1, "450 4.2.0 Greylisted", "mx.a.test")));
            Assert.That(await mail.Store.Queue.FindNextDueAsync(DateTimeOffset.UnixEpoch, RemoteDelivery.Active, default), Is.EqualTo(pause).Within(TimeSpan.FromSeconds(30)));
            Assert.That(await mail.Store.Queue.FindNextDueAsync(DateTimeOffset.UtcNow.AddMinutes(6), RemoteDelivery.Active, default), Is.Null);
            Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 1, default), Is.Null);
            Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Queued"]));
        });
        Assert.That(await mail.Store.QueueListing.RetryAsync(line.Id, default), Is.EqualTo(1));
        Assert.That((await TakeAsync(mail)).Recipients[0].Attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_has_lost_the_lease_delays_nothing_and_reports_nothing_twice()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test");
        var lost = await TakeAsync(mail);
        await EndLeasesAsync(mail);
        var taken = await TakeAsync(mail);
        await using var report = await mail.ReceiveAsync("Subject: report\r\n\r\nFailed\r\n");
        await SettleAsync(mail, lost, DeliveryEnd.Delayed);
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 1, default), Is.Null, "The lease of the other still holds.");
        await mail.Store.Deliveries.SettleAsync(taken, Attempts(taken, DeliveryEnd.Failed), report, Nobody, default);
        await mail.Store.Deliveries.SettleAsync(lost, Attempts(lost, DeliveryEnd.Failed), report, Nobody, default);
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:"]));
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Failed"]));
    }

    [Test]
    public async Task What_leaves_has_the_trace_and_no_blind_copies()
    {
        await using var mail = await Mailbox.CreateAsync();
        var body = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"line {i}\r\n"));
        await SubmitTextAsync(mail, "Bcc: x@a.test\r\nX-AgentPost-Idempotency-Key: k\r\nSubject: large\r\n\r\n" + body, "x@a.test");
        var departing = await mail.Store.Deliveries.OpenAsync(await TakeAsync(mail), default);
        var expected = Trace + "Subject: large\r\n\r\n" + body;
        Assert.Multiple(async () =>
        {
            Assert.That(await ReadAsync(departing!.Open("Top: t\r\n"u8.ToArray())) == "Top: t\r\n" + expected);
            Assert.That(await ReadAsync(departing.OpenBody()) == body);
            Assert.That(departing.Octets, Is.EqualTo(expected.Length));
        });
    }

    [Test]
    public async Task A_message_that_only_the_queue_names_goes_with_its_last_recipient()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test", "two@b.test");
        await mail.DeleteAsync("Sent", new Uid(1));
        await mail.DeleteAsync("Trash", new Uid(1));
        await mail.ScalarAsync<int>("with gone as (delete from tombstones returning 1) select count(*)::int from gone");
        await SettleAsync(mail, await TakeAsync(mail, "a.test"), DeliveryEnd.Delivered);
        Assert.That(await mail.CountAsync("messages"), Is.EqualTo(1));
        await SettleAsync(mail, await TakeAsync(mail, "b.test"), DeliveryEnd.Delivered);
        Assert.That(await mail.CountAsync("messages"), Is.Zero);
    }

    [Test]
    public async Task An_address_that_does_not_exist_is_refused_until_it_is_taken_off_the_list()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "Gone@a.test");
        var taken = await TakeAsync(mail);
        var attempt = new DeliveryAttempt(taken.Recipients[0].Id, DeliveryEnd.Failed, "5.1.1", "550 5.1.1 No such user") { IsAddressWrong = true };
        await mail.Store.Deliveries.SettleAsync(taken, [attempt], null, Nobody, default);
        var refusal = await mail.Store.SendPolicy.CheckAsync(mail.Inbox.Id, "gone@A.test", [], default);
        Assert.That(refusal?.Reason, Does.Contain("550 5.1.1 No such user"));
        Assert.That(await mail.Store.Suppressions.RemoveAsync("gone@a.test", default));
        Assert.That(await mail.Store.SendPolicy.CheckAsync(mail.Inbox.Id, "gone@A.test", [], default), Is.Null);
    }

    [Test]
    public async Task A_dropped_recipient_has_failed_without_a_report()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test");
        var line = (await mail.Store.QueueListing.ListAsync(10, default)).Single();
        Assert.That(await mail.Store.QueueListing.DropAsync(line.Id, default));
        Assert.That(await mail.Store.QueueListing.DropAsync(line.Id, default), Is.False);
        Assert.That(await mail.EntriesAsync("Sent"), Is.EqualTo((string[])["1:Seen:$Failed"]));
        Assert.That(await mail.EntriesAsync("INBOX"), Is.Empty);
    }

    [Test]
    public async Task What_is_for_later_waits_for_inboxes_here_too()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using (var message = await mail.ReceiveAsync(Text))
        {
            await mail.Store.Submissions.SubmitAsync(
                Submission(mail, message, "ann+later@example.test", "zoe@a.test") with { ReleaseAt = DateTimeOffset.UtcNow.AddHours(1) }, default);
        }
        Assert.That(await mail.EntriesAsync("INBOX"), Is.Empty);
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.Empty);
        await mail.ScalarAsync<int>("with due as (update queue set next_attempt_at = now(), released_at = now() returning 1) select count(*)::int from due");
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.EquivalentTo([QueueScope.Here, QueueScope.To("a.test")]));
        var taken = await TakeAsync(mail, "");
        var here = await mail.Store.Deliveries.FindInboxesAsync(taken, default);
        await mail.Store.Deliveries.SettleAsync(taken, Attempts(taken, DeliveryEnd.Delivered), null, here, default);
        Assert.That(await mail.EntriesAsync("INBOX"), Is.EqualTo((string[])["1:None:plus:later"]));
        Assert.That(await mail.TextAsync("INBOX", new(1)), Is.EqualTo("Return-Path: <ann@example.test>\r\n" + Trace + Text));
    }

    [Test]
    public async Task What_was_asked_with_the_envelope_is_kept()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var message = await mail.ReceiveAsync(Text);
        await mail.Store.Submissions.SubmitAsync(
            Submission(mail, message, "one@a.test", "two@a.test") with
            {
                EnvelopeId = "id 1",
                Return = ReturnedContent.Header,
                Notices = new Dictionary<string, RecipientNotice> { ["one@a.test"] = new(NotifyWhen.Never, "rfc822;one@old.test") },
            },
            default);
        var taken = await TakeAsync(mail);
        Assert.Multiple(() =>
        {
            Assert.That((taken.EnvelopeId, taken.Return), Is.EqualTo(("id 1", (ReturnedContent?)ReturnedContent.Header)));
            Assert.That(taken.Recipients.Single(recipient => recipient.Address == "one@a.test").Notice, Is.EqualTo(new RecipientNotice(NotifyWhen.Never, "rfc822;one@old.test")));
            Assert.That(taken.Recipients.Single(recipient => recipient.Address == "two@a.test").Notice, Is.EqualTo(RecipientNotice.None));
        });
    }

    [Test]
    public async Task What_leaves_of_an_inbox_with_a_way_of_its_own_goes_no_other()
    {
        await using var mail = await Mailbox.CreateAsync();
        await SubmitAsync(mail, "one@a.test", "two@b.test");
        await mail.ScalarAsync<int>("with own as (update inboxes set has_own_route = true returning 1) select count(*)::int from own");
        Assert.That(await mail.Store.Queue.FindDueAsync(RemoteDelivery.Active, default), Is.EqualTo([QueueScope.Of(mail.Inbox.Id)]));
        Assert.That(await mail.Store.Queue.FindNextDueAsync(DateTimeOffset.UnixEpoch, RemoteDelivery.Held, default), Is.Not.Null);
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.Elsewhere, 100, default), Is.Null);
        Assert.That(await mail.Store.Queue.TakeAsync(QueueScope.To("a.test"), 100, default), Is.Null);
        var taken = await mail.Store.Queue.TakeAsync(QueueScope.Of(mail.Inbox.Id), 100, default);
        Assert.That(taken?.Recipients, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Other_hosts_hear_that_something_is_queued()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        var heard = new TaskCompletionSource();
        other.Queue.OnQueued(() => heard.TrySetResult());
        await SubmitAsync(mail, "one@a.test");
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    static Submission Submission(Mailbox mail, IncomingMessage message, params string[] recipients) =>
        new(mail.Inbox, "ann@example.test", recipients, Encoding.ASCII.GetBytes(Trace), message);

    static Task SubmitAsync(Mailbox mail, params string[] recipients) => SubmitTextAsync(mail, Text, recipients);

    static async Task SubmitTextAsync(Mailbox mail, string text, params string[] recipients)
    {
        await using var message = await mail.ReceiveAsync(text);
        await mail.Store.Submissions.SubmitAsync(Submission(mail, message, recipients), default);
    }

    static async Task<QueuedMessage> TakeAsync(Mailbox mail, string? destination = null) =>
        await mail.Store.Queue.TakeAsync(destination is null ? QueueScope.Elsewhere : QueueScope.To(destination), 100, default) ?? throw new InvalidOperationException("Nothing is due.");

    static Task SettleAsync(Mailbox mail, QueuedMessage taken, DeliveryEnd end) =>
        mail.Store.Deliveries.SettleAsync(taken, Attempts(taken, end), null, Nobody, default);

    static DeliveryAttempt[] Attempts(QueuedMessage taken, DeliveryEnd end) =>
        [.. taken.Recipients.Select(recipient => new DeliveryAttempt(recipient.Id, end, "x.0.0", "said so"))];

    static Task EndLeasesAsync(Mailbox mail) =>
        mail.ScalarAsync<int>("with ended as (update queue set leased_until = now() - interval '1 s' returning 1) select count(*)::int from ended");

    static async Task<string> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            var octets = new MemoryStream();
            await stream.CopyToAsync(octets);
            return Encoding.UTF8.GetString(octets.ToArray());
        }
    }
}
