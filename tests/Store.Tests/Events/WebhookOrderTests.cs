using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>Webhooks that want events in order, in batches, or both.</summary>
sealed class WebhookOrderTests
{
    static readonly string[] AllScopes = [.. Scope.All];

    [Test]
    public async Task In_order_an_event_waits_for_the_earlier_ones_of_its_inbox_only()
    {
        await using var mail = await Mailbox.CreateAsync();
        await CreateAsync(mail, isOrdered: true);
        await mail.AppendEventsAsync("a0", "a1");
        await AppendToOtherAsync(mail, "b0", "b1");

        var first = await mail.AcquireAsync();
        Assert.That(first.Subjects(), Is.EqualTo((string[])["a0", "b0"]));
        Assert.That(await (await mail.OpenOtherAsync()).AcquireAsync(), Is.Empty);
        await mail.FailAsync(first[0]);
        await mail.SucceedAsync(first[1]);

        var second = await mail.AcquireAsync();
        Assert.That(second.Subjects(), Is.EqualTo((string[])["b1"]));
        await mail.MakeDueAsync();
        var retried = await mail.AcquireOneAsync();
        Assert.That(new[] { retried }.Subjects(), Is.EqualTo((string[])["a0"]));
        await mail.SucceedAsync(retried);
        Assert.That((await mail.AcquireAsync()).Subjects(), Is.EqualTo((string[])["a1"]));
    }

    [Test]
    public async Task In_order_a_probe_is_the_first_event_of_an_inbox()
    {
        await using var mail = await Mailbox.CreateAsync();
        await CreateAsync(mail, isOrdered: true);
        await mail.AppendEventsAsync("a0", "a1", "a2");
        await mail.FailAsync(times: 10);

        var probe = await mail.AcquireOneAsync();

        Assert.That(new[] { probe }.Subjects(), Is.EqualTo((string[])["a0"]));
        Assert.That((await mail.SucceedAsync(probe)).Transition, Is.EqualTo(WebhookTransition.Resumed));
        Assert.That((await mail.AcquireAsync()).Subjects(), Is.EqualTo((string[])["a1"]));
    }

    [Test]
    public async Task Instances_that_acquire_at_once_keep_the_order()
    {
        const int Each = 8;
        await using var mail = await Mailbox.CreateAsync();
        MailStore[] stores = [mail.Store, await mail.OpenOtherAsync()];
        await CreateAsync(mail, isOrdered: true);
        await mail.AppendEventsAsync([.. Enumerable.Range(0, Each).Select(i => $"a{i}")]);
        await AppendToOtherAsync(mail, [.. Enumerable.Range(0, Each).Select(i => $"b{i}")]);
        var delivered = new System.Collections.Concurrent.ConcurrentQueue<string?>();

        await Task.WhenAll(stores.SelectMany(store => new[] { store, store }).Select(async store =>
        {
            while (delivered.Count < 2 * Each)
            {
                foreach (var call in await store.AcquireAsync(2))
                {
                    delivered.Enqueue(new[] { call }.Subjects().Single());
                    await mail.SucceedAsync(call);
                }
            }
        }));

        Assert.That(delivered.Where(subject => subject!.StartsWith('a')),
            Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"a{i}")));
        Assert.That(delivered.Where(subject => subject!.StartsWith('b')),
            Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"b{i}")));
    }

    [Test]
    public async Task Pending_events_are_put_in_order_when_a_webhook_asks_for_it()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await CreateAsync(mail);
        await mail.AppendEventsAsync("a0", "a1");

        await mail.Store.Webhooks.UpdateAsync(webhook.Id, new() { IsOrdered = true }, default);
        await mail.AppendEventsAsync("a2");
        Assert.That((await mail.AcquireAsync()).Subjects(), Is.EqualTo((string[])["a0"]));

        await mail.Store.Webhooks.UpdateAsync(webhook.Id, new() { IsOrdered = false }, default);
        Assert.That((await mail.AcquireAsync()).Subjects(), Is.EqualTo((string[])["a1", "a2"]));
    }

    [Test]
    public async Task A_batch_has_several_events_and_after_a_failure_each_is_sent_alone()
    {
        await using var mail = await Mailbox.CreateAsync();
        await CreateAsync(mail, batchSize: 3);
        await mail.AppendEventsAsync("m0", "m1", "m2", "m3", "m4", "m5", "m6");

        var calls = await mail.AcquireAsync(2);
        Assert.That(calls.Select(call => (call.Deliveries.Count, call.IsBatch)),
            Is.EqualTo(((int, bool)[])[(3, true), (3, true)]));
        Assert.That(calls.Subjects(), Is.EqualTo((string[])["m0", "m1", "m2", "m3", "m4", "m5"]));
        await mail.FailAsync(calls[0]);
        await mail.SucceedAsync(calls[1]);
        await mail.MakeDueAsync();

        var rest = await mail.AcquireAsync();
        Assert.That(rest.Select(call => string.Join(' ', new[] { call }.Subjects())),
            Is.EqualTo((string[])["m0", "m1", "m2", "m6"]));
        Assert.That(rest.Select(call => call.IsBatch), Is.All.True);
    }

    [Test]
    public async Task A_batch_in_order_has_events_of_one_inbox_that_follow_each_other()
    {
        await using var mail = await Mailbox.CreateAsync();
        await CreateAsync(mail, isOrdered: true, batchSize: 2);
        await mail.AppendEventsAsync("a0", "a1", "a2");
        await AppendToOtherAsync(mail, "b0");

        var first = await mail.AcquireAsync();
        Assert.That(await mail.AcquireAsync(), Is.Empty);
        await mail.SucceedAsync(first[0]);
        var second = await mail.AcquireAsync();

        Assert.That(
            first.Concat(second).Select(call => string.Join(' ', new[] { call }.Subjects())),
                Is.EqualTo((string[])["a0 a1", "b0", "a2"]));
    }

    static Task<Webhook> CreateAsync(Mailbox mail, bool isOrdered = false, int batchSize = 1) =>
        mail.Store.Webhooks.CreateAsync(
            new(mail.Inbox.Organization, "https://hooks.example.test/", new(null, null, AllScopes))
            {
                IsOrdered = isOrdered,
                BatchSize = batchSize,
            },
            default);

    static async Task AppendToOtherAsync(Mailbox mail, params string[] subjects)
    {
        var before = await mail.Store.Events.LastPositionAsync(mail.Inbox.Organization, default);
        var inbox = await mail.Store.Accounts.CreateInboxAsync("bob@example.test", null, default);
        var folder = new FolderKey(
            inbox.Id, (await mail.Store.Folders.FindAsync(inbox.Id, FolderName.Inbox, default))!.Id);
        foreach (var subject in subjects)
        {
            await mail.AppendAsync(folder, $"Subject: {subject}\r\n\r\n");
        }
        await mail.EventsAsync(subjects.Length, before);
    }
}
