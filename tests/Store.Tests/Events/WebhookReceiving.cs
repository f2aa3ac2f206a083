using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>Short words for tests that send to webhooks.</summary>
static class WebhookReceiving
{
    public static readonly TimeSpan Never = TimeSpan.Zero;

    static readonly string[] AllScopes = [.. Scope.All];

    public static Task<Webhook> CreateWebhookAsync(this Mailbox mail, EventFilter? filter = null) =>
        mail.Store.Webhooks.CreateAsync(
            new(mail.Inbox.Organization, "https://hooks.example.test/", filter ?? new(null, null, AllScopes)), default);

    /// <summary>A webhook whose deliveries are the events of appended messages, in their order.</summary>
    public static async Task<Webhook> CreateWebhookAsync(this Mailbox mail, params string[] subjects)
    {
        var webhook = await mail.CreateWebhookAsync();
        await mail.AppendEventsAsync(subjects);
        return webhook;
    }

    /// <summary>Appends messages and waits until their events are recorded.</summary>
    public static async Task AppendEventsAsync(this Mailbox mail, params string[] subjects)
    {
        var before = await mail.Store.Events.LastPositionAsync(mail.Inbox.Organization, default);
        await mail.AppendAsync("INBOX", subjects);
        await mail.EventsAsync(subjects.Length, before);
    }

    /// <summary>Acquires what is due of all webhooks, as a worker does.</summary>
    public static async Task<IReadOnlyList<WebhookCall>> AcquireAsync(this MailStore store, int calls = 100)
    {
        var acquired = new List<WebhookCall>();
        foreach (var webhook in (await store.WebhookDeliveries.FindDueAsync(default))
            .Where(due => due.DueIn == TimeSpan.Zero))
        {
            acquired.AddRange(await store.WebhookDeliveries.AcquireAsync(webhook, calls, default));
        }
        return acquired;
    }

    public static Task<IReadOnlyList<WebhookCall>> AcquireAsync(this Mailbox mail, int calls = 100) =>
        mail.Store.AcquireAsync(calls);

    /// <summary>The one call that is due.</summary>
    public static async Task<WebhookCall> AcquireOneAsync(this Mailbox mail) => (await mail.AcquireAsync(1)).Single();

    public static Task<SettledCall> FailAsync(
        this Mailbox mail, WebhookCall call, TimeSpan? disableAfter = null, string error = "no route") =>
        mail.Store.WebhookDeliveries.SettleAsync(call, new(null, error, TimeSpan.FromSeconds(1)), disableAfter
            ?? Never, default);

    public static Task<SettledCall> SucceedAsync(this Mailbox mail, WebhookCall call) =>
        mail.Store.WebhookDeliveries.SettleAsync(call, new(204, null, TimeSpan.FromMilliseconds(12)), Never, default);

    /// <summary>Lets the webhook be paused by failures, and ends the pause.</summary>
    public static Task FailUntilPausedAsync(this Mailbox mail) => mail.FailAsync(times: 3);

    /// <summary>Lets calls fail, each as soon as it may be made.</summary>
    public static async Task FailAsync(this Mailbox mail, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await mail.FailAsync(await mail.AcquireOneAsync());
            await mail.MakeDueAsync();
            await mail.EndPauseAsync();
        }
    }

    public static Task EndPauseAsync(this Mailbox mail) =>
        mail.ExecuteAsync("update webhooks set paused_until = now() where paused_until is not null");

    /// <summary>Makes all pending deliveries due.</summary>
    public static Task MakeDueAsync(this Mailbox mail) =>
        mail.ExecuteAsync("update webhook_deliveries set next_attempt_at = now() where next_attempt_at is not null");

    public static async Task<Webhook> FindAsync(this Mailbox mail, Webhook webhook) =>
        (await mail.Store.Webhooks.FindAsync(webhook.Organization, webhook.Id, default))!;

    public static Task<IReadOnlyList<WebhookDelivery>> DeliveriesAsync(this Mailbox mail, Webhook webhook) =>
        mail.Store.WebhookDeliveries.ListAsync(webhook.Id, null, 1000, default);

    public static IEnumerable<string?> Subjects(this IEnumerable<WebhookCall> calls) =>
        calls.SelectMany(call => call.Deliveries).Select(delivery => delivery.Event.Text("subject"));
}
