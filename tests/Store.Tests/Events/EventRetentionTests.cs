namespace AgentPost.Store.Tests.Events;

/// <summary>Events are bounded by size, too.</summary>
sealed class EventRetentionTests
{
    const int EventBytes = 500;

    [Test]
    public async Task The_oldest_events_of_an_organization_that_has_too_many_are_purged_with_their_deliveries()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(options => options with { EventsSize = 15 * EventBytes });
        var webhook = await mail.CreateWebhookAsync("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9");
        await MakeOlderAsync(mail);
        await mail.AppendEventsAsync("b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9");
        await MakeOlderAsync(mail);
        await mail.AppendEventsAsync("c0");
        await mail.ExecuteAsync(
            $"update event_volumes v set bytes = {EventBytes} * (select count(*) from events where date_bin('10 minutes', occurred_at, 'epoch') = v.period)");

        await store.Retention.PurgeAsync(TimeSpan.Zero, default);

        var kept = await mail.EventsAsync(1);
        Assert.That(kept.Select(one => one.Text("subject")!),
            Is.EqualTo((string[])["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "c0"]));
        Assert.That((await mail.DeliveriesAsync(webhook))
            .Select(delivery => delivery.Event), Is.EquivalentTo(kept.Select(one => one.Id)));
        Assert.That(await mail.CountAsync("event_volumes"), Is.EqualTo(2));
    }

    [Test]
    public async Task The_latest_events_stay_whatever_they_take()
    {
        await using var mail = await Mailbox.CreateAsync();
        await using var store = await mail.OpenAsync(options => options with { EventsSize = 1 });
        await mail.CreateWebhookAsync("a0");
        await MakeOlderAsync(mail);
        await mail.AppendEventsAsync("b0");
        await mail.ExecuteAsync("update event_volumes set period = date_bin('10 minutes', now(), 'epoch') where period > now() - interval '30 minutes'");

        await store.Retention.PurgeAsync(TimeSpan.Zero, default);

        Assert.That((await mail.EventsAsync(1)).Select(one => one.Text("subject")), Is.EqualTo((string[])["b0"]));
    }

    [Test]
    public async Task The_recorded_size_is_that_of_the_events_and_their_deliveries()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync();
        await mail.CreateWebhookAsync("a0", "a1", "a2");

        var data = await mail.ScalarAsync<long>("select sum(octet_length(data))::bigint from events");

        Assert.That(await mail.ScalarAsync<long>("select sum(bytes)::bigint from event_volumes"),
            Is.EqualTo(data + (3 * 3 * 250)));
    }

    /// <summary>As if what there is had happened an hour earlier.</summary>
    static async Task MakeOlderAsync(Mailbox mail)
    {
        await mail.ExecuteAsync("update events set occurred_at = occurred_at - interval '1 hour'");
        await mail.ExecuteAsync("update event_volumes set period = period - interval '1 hour'");
    }
}
