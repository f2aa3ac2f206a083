using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>How far webhooks are behind.</summary>
sealed class WebhookLagTests
{
    static readonly TimeSpan Max = TimeSpan.FromMinutes(1);

    [Test]
    public async Task The_backlog_counts_what_is_pending_and_the_lag_is_the_age_of_the_oldest_that_was_never_sent()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("m0", "m1", "m2");
        var idle = await mail.CreateWebhookAsync(new EventFilter(["key.*"], null, [Scope.KeysWrite]));
        await AgeAsync(mail, "40 minutes");
        await mail.SucceedAsync(await mail.AcquireOneAsync());
        await mail.FailAsync(await mail.AcquireOneAsync());
        Assert.That((await BacklogAsync(mail, webhook)).Lag.TotalMinutes, Is.EqualTo(40).Within(1));

        await mail.FailAsync(await mail.AcquireOneAsync());

        Assert.That((await BacklogAsync(mail, webhook)).Deliveries, Is.EqualTo(2));
        Assert.That((await BacklogAsync(mail, webhook)).Lag, Is.EqualTo(TimeSpan.Zero));
        Assert.That(await BacklogAsync(mail, idle), Is.EqualTo(WebhookBacklog.None));
    }

    [Test]
    public async Task A_webhook_that_falls_behind_and_catches_up_is_reported_once_each_by_all_instances_together()
    {
        await using var mail = await Mailbox.CreateAsync();
        var other = await mail.OpenOtherAsync();
        var webhook = await mail.CreateWebhookAsync("m0");
        Assert.That(await mail.Store.WebhookDeliveries.FindLagChangesAsync(Max, default), Is.Empty);
        await AgeAsync(mail, "2 minutes");

        var behind = await Task.WhenAll(new[] { mail.Store, other, mail.Store, other }.Select(store =>
            store.WebhookDeliveries.FindLagChangesAsync(Max, default)));
        Assert.That(behind.SelectMany(changes => changes).Select(change => (change.Webhook, change.IsLagging)),
            Is.EqualTo(((WebhookId, bool)[])[(webhook.Id, true)]));
        Assert.That((await mail.Store.Webhooks.FindLaggingAsync(10, default))
            .Select(one => one.Id), Is.EqualTo((WebhookId[])[webhook.Id]));

        await mail.SucceedAsync(await mail.AcquireOneAsync());
        Assert.That((await other.WebhookDeliveries.FindLagChangesAsync(Max, default)).Single().IsLagging, Is.False);
        Assert.That(await mail.Store.WebhookDeliveries.FindLagChangesAsync(Max, default), Is.Empty);
    }

    static async Task<WebhookBacklog> BacklogAsync(Mailbox mail, Webhook webhook) =>
        (await mail.Store.WebhookDeliveries.FindBacklogsAsync([webhook.Id], default))[webhook.Id];

    static Task AgeAsync(Mailbox mail, string interval) =>
        mail.ExecuteAsync($"update webhook_deliveries set created_at = now() - interval '{interval}'");
}
