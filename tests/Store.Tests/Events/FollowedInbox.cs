using System.Text.Json;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Events;

/// <summary>Short words for tests that look at the events of a mailbox.</summary>
static class FollowedInbox
{
    public static readonly EventFilter Everything = new(null, null, [.. Scope.All]);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Mailbox> CreateAsync()
    {
        var mail = await Mailbox.CreateAsync();
        await mail.Store.Events.FollowAsync(mail.Inbox.Organization, Everything, default);
        return mail;
    }

    /// <summary>The first events, as soon as there are so many.</summary>
    public static async Task<IReadOnlyList<MailEvent>> EventsAsync(this Mailbox mail, int count, long after = 0)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var mark = mail.Store.Events.Live.MarkOf(mail.Inbox.Organization);
            if (await mail.Store.Events.ReadAsync(mail.Inbox.Organization, after, int.MaxValue, default) is var events && events.Count >= count)
            {
                return events;
            }
            await mail.Store.Events.Live.ChangedSinceAsync(mail.Inbox.Organization, mark, deadline.Token);
        }
    }

    public static string[] Types(this IEnumerable<MailEvent> events) => [.. events.Select(told => told.Type)];

    public static JsonElement Json(this MailEvent told) => JsonElement.Parse(told.Data);

    public static string? Text(this MailEvent told, string name) => told.Json().TryGetProperty(name, out var value) ? value.ToString() : null;
}
