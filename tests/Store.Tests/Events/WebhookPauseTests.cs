using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>A webhook whose receiver fails is paused and probed, resumes by itself, and is disabled only after
/// days.</summary>
sealed class WebhookPauseTests
{
    static readonly TimeSpan Days = TimeSpan.FromDays(3);

    [Test]
    public async Task Failures_in_a_row_pause_a_webhook_until_a_probe_succeeds()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("m0", "m1", "m2", "m3", "m4");
        var transitions = new List<WebhookTransition>();
        for (var i = 0; i < 3; i++)
        {
            transitions.Add((await mail.FailAsync(await mail.AcquireOneAsync())).Transition);
        }

        Assert.That(transitions, Is.EqualTo(
            (WebhookTransition[])[WebhookTransition.None, WebhookTransition.None, WebhookTransition.Paused]));
        var due = (await mail.Store.WebhookDeliveries.FindDueAsync(default)).Single();
        Assert.That((due.IsPaused, due.DueIn.TotalSeconds), Is.EqualTo((true, 5.0)).Within(5));
        Assert.That(
            await mail.Store.WebhookDeliveries.AcquireAsync(due with { IsPaused = false }, 10, default), Is.Empty);
        var paused = await mail.FindAsync(webhook);
        Assert.That(
            (paused.Failures, paused.LastError, paused.DisabledAt), Is.EqualTo((3, "no route", (DateTimeOffset?)null)));
        Assert.That(
            (paused.FailingSince, paused.PausedUntil), Is.Not.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null)));

        await mail.EndPauseAsync();
        var probe = await mail.AcquireOneAsync();
        // One at a time, on all instances together.
        Assert.That(await (await mail.OpenOtherAsync()).AcquireAsync(), Is.Empty);
        Assert.That((await mail.SucceedAsync(probe)).Transition, Is.EqualTo(WebhookTransition.Resumed));

        var rest = await mail.AcquireAsync();
        Assert.That(new[] { probe }.Concat(rest).Subjects(), Is.EqualTo((string[])["m0", "m1", "m2", "m3", "m4"]));
        var resumed = await mail.FindAsync(webhook);
        Assert.That((resumed.Failures, resumed.FailingSince, resumed.PausedUntil),
            Is.EqualTo((0, (DateTimeOffset?)null, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task A_failed_probe_lengthens_the_pause_up_to_five_minutes()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync("m0", "m1", "m2");
        await mail.FailUntilPausedAsync();
        var pauses = new List<double>();

        for (var i = 0; i < 8; i++)
        {
            Assert.That((await mail.FailAsync(await mail.AcquireOneAsync()))
                .Transition, Is.EqualTo(WebhookTransition.PausedAgain));
            pauses.Add((await mail.Store.WebhookDeliveries.FindDueAsync(default)).Single().DueIn.TotalSeconds);
            await mail.EndPauseAsync();
        }

        Assert.That(pauses, Is.EqualTo((double[])[10, 20, 40, 80, 160, 300, 300, 300]).Within(10));
    }

    [Test]
    public async Task Requests_that_were_in_progress_before_a_pause_count_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync([.. Enumerable.Range(0, 20).Select(i => $"m{i}")]);
        var inProgress = await mail.AcquireAsync(19);
        foreach (var call in inProgress.Take(10))
        {
            await mail.FailAsync(call);
        }
        await mail.EndPauseAsync();
        await mail.SucceedAsync(await mail.AcquireOneAsync());

        foreach (var call in inProgress.Skip(10))
        {
            Assert.That((await mail.FailAsync(call)).Transition, Is.EqualTo(WebhookTransition.None));
        }

        var after = await mail.FindAsync(webhook);
        Assert.That((after.Failures, after.PausedUntil), Is.EqualTo((0, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task One_event_that_the_receiver_rejects_does_not_keep_a_webhook_paused()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync("rejected");
        await mail.FailAsync(times: 8);
        await mail.AppendEventsAsync("accepted");

        var probe = await mail.AcquireOneAsync();

        Assert.That(new[] { probe }.Subjects(), Is.EqualTo((string[])["accepted"]));
        Assert.That((await mail.SucceedAsync(probe)).Transition, Is.EqualTo(WebhookTransition.Resumed));
    }

    [Test]
    public async Task An_instance_that_dies_over_a_probe_leaves_it_to_another()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync("m0", "m1");
        await mail.FailUntilPausedAsync();
        var lost = await mail.AcquireOneAsync();

        await mail.EndPauseAsync();
        await mail.ExecuteAsync(
            "update webhook_deliveries set leased_until = now() - interval '1 second' where leased_until is not null");

        Assert.That((await mail.AcquireOneAsync()).Deliveries[0].Id, Is.EqualTo(lost.Deliveries[0].Id));
    }

    [Test]
    public async Task Only_days_of_failing_disable_a_webhook_and_what_it_misses_is_kept()
    {
        await using var mail = await Mailbox.CreateAsync();
        var watcher = await mail.CreateWebhookAsync(new EventFilter(["webhook.*"], null, [Scope.WebhooksWrite]));
        var webhook = await mail.CreateWebhookAsync("m0", "m1", "m2", "m3");
        await mail.FailUntilPausedAsync();
        await BackdateAsync(mail, "71 hours");
        Assert.That((await mail.FailAsync(await mail.AcquireOneAsync(), Days))
            .Transition, Is.EqualTo(WebhookTransition.PausedAgain));
        await BackdateAsync(mail, "72 hours");
        var before = await mail.Store.Events.LastPositionAsync(mail.Inbox.Organization, default);
        await mail.EndPauseAsync();

        Assert.That((await mail.FailAsync(await mail.AcquireOneAsync(), Days))
            .Transition, Is.EqualTo(WebhookTransition.Disabled));

        var disabled = await mail.FindAsync(webhook);
        Assert.That((disabled.DisabledAt is null, disabled.LastError), Is.EqualTo((false, "no route")));
        Assert.That(disabled.DisabledReason, Does.StartWith("no request has succeeded since ").And.EndWith("no route"));
        var told = (await mail.EventsAsync(1, before)).Single();
        Assert.That((told.Type, told.Text("webhook_id")), Is.EqualTo(("webhook.disabled", webhook.Id.ToString())));
        var call = await mail.AcquireOneAsync();
        Assert.That((call.Webhook, call.Deliveries[0].Event.Id), Is.EqualTo((watcher.Id, told.Id)));

        var enabled = (await mail.Store.Webhooks.UpdateAsync(webhook.Id, new() { IsEnabled = true }, default))!;
        Assert.That(
            (enabled.Failures, enabled.DisabledAt, enabled.PausedUntil, enabled.FailingSince),
            Is.EqualTo((0, (DateTimeOffset?)null, (DateTimeOffset?)null, (DateTimeOffset?)null)));
        Assert.That((await mail.AcquireAsync()).Subjects(), Is.EqualTo((string[])["m0", "m1", "m2", "m3"]));
    }

    [Test]
    public async Task Without_a_limit_a_webhook_is_never_disabled()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync("m0", "m1");
        await mail.FailUntilPausedAsync();
        await BackdateAsync(mail, "1000 days");

        Assert.That((await mail.FailAsync(await mail.AcquireOneAsync()))
            .Transition, Is.EqualTo(WebhookTransition.PausedAgain));
    }

    [Test]
    public async Task A_failure_long_after_the_last_one_does_not_count_the_time_between()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("m0", "m1");
        await mail.FailAsync(await mail.AcquireOneAsync());
        await mail.ExecuteAsync("update webhooks set failing_since = now() - interval '4 days', last_error_at = now() - interval '13 hours'");

        Assert.That((await mail.FailAsync(await mail.AcquireOneAsync(), Days))
            .Transition, Is.EqualTo(WebhookTransition.None));

        Assert.That((await mail.FindAsync(webhook)).DisabledAt, Is.Null);
    }

    [Test]
    public async Task A_new_URL_is_tried_at_once()
    {
        await using var mail = await Mailbox.CreateAsync();
        var webhook = await mail.CreateWebhookAsync("m0", "m1");
        await mail.FailUntilPausedAsync();
        await mail.FailAsync(await mail.AcquireOneAsync());
        Assert.That(await mail.AcquireAsync(), Is.Empty);

        await mail.Store.Webhooks.UpdateAsync(webhook.Id, new() { Url = "https://new.example.test/" }, default);

        Assert.That((await mail.AcquireOneAsync()).Url, Is.EqualTo("https://new.example.test/"));
    }

    /// <summary>As if the webhook had failed for so long, with attempts all the time.</summary>
    static Task BackdateAsync(Mailbox mail, string interval) =>
        mail.ExecuteAsync(
            $"update webhooks set failing_since = now() - interval '{interval}' where failing_since is not null");
}
