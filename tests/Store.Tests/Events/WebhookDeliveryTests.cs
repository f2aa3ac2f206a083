namespace AgentPost.Store.Tests.Events;

/// <summary>What webhooks are to be told, and by whom.</summary>
sealed class WebhookDeliveryTests
{
    static readonly string[] AllScopes = [.. Scope.All];

    [Test]
    public async Task A_webhook_is_told_what_its_filter_and_its_rights_let_through()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        await CreateAsync(mail, new(["message.appended"], null, AllScopes));
        await CreateAsync(mail, new(["message.*"], [other.Id], AllScopes));
        await CreateAsync(mail, new(null, null, [Scope.KeysWrite]));
        await CreateAsync(mail, new(null, null, AllScopes));

        await mail.AppendAsync("INBOX", "one");
        await mail.Store.Accounts.CreateKeyAsync(new([Scope.MessagesRead], [], null, null), default);
        await mail.EventsAsync(2);

        var taken = await mail.Store.WebhookDeliveries.TakeAsync([], 10, 10, default);
        Assert.That(taken.Select(delivery => delivery.Event.Type).Order(), Is.EqualTo((string[])["key.created", "key.created", "message.appended", "message.appended"]));
    }

    [Test]
    public async Task Hosts_that_take_at_once_take_each_delivery_once()
    {
        const int Messages = 40;
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        await CreateAsync(mail, new(null, null, AllScopes));
        await mail.AppendAsync("INBOX", [.. Enumerable.Range(0, Messages).Select(i => $"m{i}")]);
        await mail.EventsAsync(Messages);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? mail.Store : other).WebhookDeliveries.TakeAsync([], 3, 3, default)));
        var rest = await mail.Store.WebhookDeliveries.TakeAsync([], Messages, Messages, default);

        var ids = taken.SelectMany(some => some).Concat(rest).Select(delivery => delivery.Id).ToList();
        Assert.That(ids, Has.Count.EqualTo(Messages).And.Unique);
        Assert.That(taken.Max(some => some.Count), Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task A_lease_that_has_ended_lets_another_host_try_and_the_first_one_writes_nothing_down()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await CreateAsync(mail, new(null, null, AllScopes));
        await mail.AppendAsync("INBOX", "one");
        await mail.EventsAsync(1);
        var first = (await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default))[0];
        Assert.That(await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default), Is.Empty);

        await mail.ScalarAsync<int>("with ended as (update webhook_deliveries set leased_until = now() - interval '1 second' returning 1) select 1");
        var second = (await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default))[0];
        await mail.Store.WebhookDeliveries.SettleAsync(first, Failed(), null, default);

        Assert.That((await mail.Store.WebhookDeliveries.ListAsync(webhook.Id, null, 10, default))[0].Attempts, Is.Zero);
        await mail.Store.WebhookDeliveries.SettleAsync(second, new(204, null, TimeProvider.System.GetUtcNow(), TimeSpan.FromMilliseconds(12)), null, default);
        var told = (await mail.Store.WebhookDeliveries.ListAsync(webhook.Id, null, 10, default))[0];
        Assert.That((told.Attempts, told.LastStatus, told.NextAttemptAt, told.DeliveredAt is not null), Is.EqualTo((1, (int?)204, (DateTimeOffset?)null, true)));
    }

    [Test]
    public async Task Fifty_failures_in_a_row_disable_a_webhook_and_enabling_it_sends_what_waits()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await CreateAsync(mail, new(null, null, AllScopes));
        await mail.AppendAsync("INBOX", "one");
        await mail.EventsAsync(1);
        for (var i = 0; i < WebhookDeliveries.MostFailures; i++)
        {
            Assert.That((await mail.Store.Webhooks.FindAsync(webhook.Organization, webhook.Id, default))!.DisabledAt, Is.Null);
            var taken = (await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default))[0];
            await mail.Store.WebhookDeliveries.SettleAsync(taken, Failed(), TimeProvider.System.GetUtcNow(), default);
        }

        var disabled = (await mail.Store.Webhooks.FindAsync(webhook.Organization, webhook.Id, default))!;
        Assert.That((disabled.Failures, disabled.DisabledAt is not null, disabled.DisabledReason), Is.EqualTo((50, true, "50 attempts in a row failed; the last: no route")));
        Assert.That(await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default), Is.Empty);

        var enabled = (await mail.Store.Webhooks.UpdateAsync(webhook.Id, new() { IsEnabled = true }, default))!;
        Assert.That((enabled.Failures, enabled.DisabledAt, enabled.DisabledReason), Is.EqualTo((0, (DateTimeOffset?)null, (string?)null)));
        Assert.That(await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_webhook_that_is_busy_does_not_hold_up_another()
    {
        await using var mail = await Mailbox.CreateAsync();
        var slow = await CreateAsync(mail, new(null, null, AllScopes));
        var quick = await CreateAsync(mail, new(null, null, AllScopes));
        await mail.AppendAsync("INBOX", [.. Enumerable.Range(0, 10).Select(i => $"m{i}")]);
        await mail.EventsAsync(10);

        var first = await mail.Store.WebhookDeliveries.TakeAsync([], 2, 100, default);
        var then = await mail.Store.WebhookDeliveries.TakeAsync([slow.Id], 100, 100, default);

        Assert.That(first.CountBy(delivery => delivery.Webhook).Select(pair => pair.Value), Is.EqualTo((int[])[2, 2]));
        Assert.That(then.Select(delivery => delivery.Webhook).ToList(), Has.Count.EqualTo(8).And.All.EqualTo(quick.Id));
    }

    [Test]
    public async Task A_delivery_can_be_repeated()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await CreateAsync(mail, new(null, null, AllScopes));
        await mail.AppendAsync("INBOX", "one");
        await mail.EventsAsync(1);
        var taken = (await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default))[0];
        await mail.Store.WebhookDeliveries.SettleAsync(taken, Failed(), null, default);

        var repeated = await mail.Store.WebhookDeliveries.RepeatAsync(webhook.Id, taken.Id, default);

        Assert.That((repeated?.Event, repeated?.Attempts), Is.EqualTo((taken.Event.Id, 0)));
        Assert.That((await mail.Store.WebhookDeliveries.TakeAsync([], 1, 1, default))[0].Id, Is.EqualTo(repeated?.Id));
        Assert.That(await mail.Store.WebhookDeliveries.RepeatAsync(webhook.Id, WebhookDeliveryId.New(), default), Is.Null);
    }

    static Task<Webhook> CreateAsync(Mailbox mail, EventFilter filter) =>
        mail.Store.Webhooks.CreateAsync(new(mail.Inbox.Organization, "https://hooks.example.test/", filter), default);

    static WebhookAttempt Failed() => new(null, "no route", TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1));
}
