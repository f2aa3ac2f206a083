using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>Events of sessions are many: they are recorded only while a consumer asks for them.</summary>
sealed class SessionEventTests
{
    static readonly string[] AllScopes = [.. Scope.All];

    static IEnumerable<TestCaseData> Filters =>
    [
        new(new EventFilter(["message.*"], null, AllScopes), false),
        new(new EventFilter(null, null, [Scope.MessagesRead]), false),
        new(new EventFilter(["session.*"], null, [Scope.MessagesRead]), false),
        new(new EventFilter(["session.*"], null, AllScopes), true),
        new(new EventFilter(["message.received", "session.ended"], null, AllScopes), true),
        new(new EventFilter(null, null, AllScopes), true),
    ];

    [TestCaseSource(nameof(Filters))]
    public async Task A_consumer_decides_by_what_it_asks_for(EventFilter filter, bool isRecorded)
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.Store.Events.FollowAsync(mail.Inbox.Organization, filter, default);

        Assert.That(await IsRecordedAsync(mail), Is.EqualTo(isRecorded));
    }

    [TestCaseSource(nameof(Filters))]
    public async Task A_webhook_keeps_them_recorded_while_it_exists(EventFilter filter, bool isRecorded)
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.CreateWebhookAsync(filter);
        await mail.ExecuteAsync("update organizations set events_until = now() - interval '1 hour', session_events_until = now() - interval '1 hour'");

        await mail.Store.Retention.PurgeAsync(TimeSpan.Zero, default);

        Assert.That(await IsRecordedAsync(mail), Is.EqualTo(isRecorded));
    }

    [Test]
    public async Task A_consumer_that_does_not_ask_takes_them_from_nobody()
    {
        await using var mail = await Mailbox.CreateAsync();
        await mail.Store.Events.FollowAsync(mail.Inbox.Organization, FollowedInbox.Everything, default);
        await mail.Store.Events.FollowAsync(mail.Inbox.Organization, new(["message.*"], null, AllScopes), default);

        Assert.That(await IsRecordedAsync(mail), Is.True);
    }

    static async Task<bool> IsRecordedAsync(Mailbox mail)
    {
        await mail.Store.Events.NoteSessionsAsync(
            [new(mail.Inbox.Id, KeyId.New(), "0H1", "imap", "192.0.2.1", true, TimeProvider.System.GetUtcNow())],
                default);
        await mail.AppendEventsAsync("marker");
        return (await mail.EventsAsync(1)).Types().Contains("session.started");
    }
}
