using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>Which deliveries a webhook gets, who sends them, and when they are retried.</summary>
sealed class WebhookDeliveryTests
{
    static readonly string[] AllScopes = [.. Scope.All];

    [Test]
    public async Task A_webhook_receives_what_its_filter_and_its_rights_let_through()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await mail.CreateWebhookAsync(new EventFilter(["message.appended"], null, AllScopes));
        await mail.CreateWebhookAsync(new EventFilter(["message.*"], [other.Id], AllScopes));
        await mail.CreateWebhookAsync(new EventFilter(null, null, [Scope.KeysWrite]));
        await mail.CreateWebhookAsync(new EventFilter(null, null, AllScopes));

        await mail.AppendAsync("INBOX", "one");
        await mail.Store.Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], null, null), default);
        await mail.EventsAsync(2);

        Assert.That(
            (await mail.AcquireAsync()).Select(call => call.Deliveries.Single().Event.Type).Order(),
            Is.EqualTo((string[])["key.created", "key.created", "message.appended", "message.appended"]));
    }

    [Test]
    public async Task Instances_that_acquire_at_once_acquire_each_delivery_once()
    {
        const int Messages = 40;
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        await mail.CreateWebhookAsync([.. Enumerable.Range(0, Messages).Select(i => $"m{i}")]);

        var acquired = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? mail.Store : other).AcquireAsync(3)));
        var rest = await mail.AcquireAsync(Messages);

        var ids = acquired.SelectMany(some => some).Concat(rest).Select(call => call.Deliveries.Single().Id).ToList();
        Assert.That(ids, Has.Count.EqualTo(Messages).And.Unique);
        Assert.That(acquired.Max(some => some.Count), Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task After_a_lease_has_expired_another_instance_sends_and_the_first_one_records_nothing()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("one");
        var first = await mail.AcquireOneAsync();
        Assert.That(await mail.AcquireAsync(), Is.Empty);

        await mail.ExecuteAsync("update webhook_deliveries set leased_until = now() - interval '1 second'");
        var second = await mail.AcquireOneAsync();
        await mail.FailAsync(first);

        Assert.That((await mail.DeliveriesAsync(webhook))[0].Attempts, Is.Zero);
        Assert.That((await mail.FindAsync(webhook)).Failures, Is.Zero);
        await mail.SucceedAsync(second);
        var delivered = (await mail.DeliveriesAsync(webhook))[0];
        Assert.That(
            (delivered.Attempts, delivered.LastStatus, delivered.NextAttemptAt, delivered.DeliveredAt is not null),
            Is.EqualTo((1, (int?)204, (DateTimeOffset?)null, true)));
    }

    [Test]
    public async Task A_failed_delivery_is_retried_for_as_long_as_its_event_is_kept()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("one");
        var delays = new List<double>();

        for (var attempt = 1; attempt <= 8; attempt++)
        {
            await mail.FailAsync(await mail.AcquireOneAsync());
            var failed = (await mail.DeliveriesAsync(webhook))[0];
            delays.Add((failed.NextAttemptAt - failed.LastAttemptAt - failed.LastDuration)!.Value.TotalSeconds);
            await mail.MakeDueAsync();
            await mail.EndPauseAsync();
        }

        // Counted from the end of the failed attempt.
        Assert.That(delays, Is.EqualTo((double[])[30, 120, 600, 3600, 14_400, 14_400, 14_400, 14_400]).Within(0.01));
    }

    [Test]
    public async Task A_due_retry_is_sent_before_newer_events()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync("first", "second", "third");
        await mail.FailAsync(await mail.AcquireOneAsync());
        var next = await mail.AcquireOneAsync();
        await mail.MakeDueAsync();

        var retried = await mail.AcquireOneAsync();

        Assert.That(new[] { next, retried }.Subjects(), Is.EqualTo((string[])["second", "first"]));
    }

    [Test]
    public async Task Due_times_are_the_databases_whatever_the_clock_of_an_instance_shows([Values(-2, 2)] int days)
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(
            options => options, new SettableClock { Now = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(days) });
        await mail.CreateWebhookAsync("one");

        var call = (await store.AcquireAsync()).Single();
        Assert.That(await mail.AcquireAsync(), Is.Empty);
        await store.WebhookDeliveries.SettleAsync(call, new(500, "no", TimeSpan.Zero), WebhookReceiving.Never, default);

        Assert.That(await mail.AcquireAsync(), Is.Empty);
        var due = (await store.WebhookDeliveries.FindDueAsync(default)).Single();
        Assert.That(due.DueIn.TotalSeconds, Is.InRange(1, 30));
    }

    [Test]
    public async Task Whatever_a_receiver_answers_counts_and_is_one_line_of_text()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("one");

        await mail.FailAsync(
            await mail.AcquireOneAsync(), error: "a\0b\ud800c\r\nd\u009b31m" + new string('x', 100_000));

        var failed = (await mail.DeliveriesAsync(webhook))[0];
        Assert.That((failed.Attempts, failed.NextAttemptAt is null), Is.EqualTo((1, false)));
        Assert.That(failed.LastError, Has.Length.EqualTo(500).And.StartsWith("a b\ufffdc  d 31mx"));
        Assert.That((await mail.FindAsync(webhook)).LastError, Is.EqualTo(failed.LastError));
    }

    [Test]
    public async Task A_busy_webhook_does_not_hold_up_another()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync();
        await mail.CreateWebhookAsync([.. Enumerable.Range(0, 10).Select(i => $"m{i}")]);

        var calls = await mail.AcquireAsync(2);

        Assert.That(calls.CountBy(call => call.Webhook).Select(pair => pair.Value), Is.EqualTo((int[])[2, 2]));
    }

    [Test]
    public async Task A_delivery_can_be_repeated()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("one");
        var call = await mail.AcquireOneAsync();
        await mail.SucceedAsync(call);

        var repeated = await mail.Store.WebhookDeliveries.RepeatAsync(webhook.Id, call.Deliveries[0].Id, default);

        Assert.That((repeated?.Event, repeated?.Attempts), Is.EqualTo((call.Deliveries[0].Event.Id, 0)));
        Assert.That((await mail.AcquireOneAsync()).Deliveries[0].Id, Is.EqualTo(repeated?.Id));
        Assert.That(
            await mail.Store.WebhookDeliveries.RepeatAsync(webhook.Id, WebhookDeliveryId.New(), default), Is.Null);
    }
}
