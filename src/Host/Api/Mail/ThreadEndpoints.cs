using AgentPost.Host.Api.Requests;
using AgentPost.Store.Access;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>
/// Lists and reads threads, and changes their labels. Threads are built from References and In-Reply-To, never from the
/// subject.
/// </summary>
static class ThreadEndpoints
{
    const string Tag = "Threads";

    // Maximum messages read per thread in a list, to collect its participants and labels.
    const int MostInList = 100;

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/{inbox}/threads", Scope.MessagesRead, "List the threads, the one with the newest message first.", ListAsync)
        {
            Id = "listThreads", Tag = Tag, Query = QueryParameter.Page, Answer = typeof(Page<ThreadView>),
        },
        new("GET", "/api/v1/inboxes/{inbox}/threads/{thread}", Scope.MessagesRead, "Get a thread with its newest messages, oldest first.", ShowAsync)
        {
            Id = "getThread", Tag = Tag, Answer = typeof(ThreadView),
            Query = [new("limit", "integer", "How many messages at most, 1 to 200; 50 when not given."), MessageEndpoints.View, MessageEndpoints.MaxChars],
        },
        new("POST", "/api/v1/inboxes/{inbox}/threads/{thread}/labels", Scope.MessagesWrite, "Add labels to all messages of a thread.", AddLabelsAsync)
        {
            Id = "addThreadLabels", SecondScope = Scope.MessagesRead, Tag = Tag, Body = typeof(LabelRequest), Answer = typeof(ThreadView), BodyExample = """{"labels":["invoice"]}""",
        },
        new("DELETE", "/api/v1/inboxes/{inbox}/threads/{thread}/labels", Scope.MessagesWrite, "Remove labels from all messages of a thread.", RemoveLabelsAsync)
        {
            Id = "removeThreadLabels", SecondScope = Scope.MessagesRead, Tag = Tag, Body = typeof(LabelRequest), Answer = typeof(ThreadView), BodyExample = """{"labels":["invoice"]}""",
        },
    ];

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Query.Limit();
        var before = call.Query.Text("cursor") is null ? (MessageId?)null : Cursor.Read<MessageId>(call, MessageId.TryParse);
        var threads = await call.Store.ThreadLists.ListAsync(call.Inbox.Id, before, limit + 1, cancellation);
        var ids = threads.Take(limit).Select(thread => thread.Thread).ToList();
        var messages = (await call.Store.ThreadLists.FindMessagesAsync(call.Inbox.Id, ids, MostInList, cancellation)).ToLookup(message => message.Thread);
        var counts = await call.Store.ThreadLists.CountAsync(call.Inbox.Id, ids, cancellation);
        return Answer.Ok(Page<ThreadView>.Of(
            threads, limit, thread => ThreadView.Of(call.Inbox, thread.Thread, counts.GetValueOrDefault(thread.Thread), [.. messages[thread.Thread]]),
            thread => thread.Newest.ToString()));
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation)
    {
        var thread = ThreadOf(call);
        var messages = await call.Store.ThreadLists.FindMessagesAsync(call.Inbox.Id, [thread], call.Query.Limit(), cancellation);
        var counts = await call.Store.ThreadLists.CountAsync(call.Inbox.Id, [thread], cancellation);
        if (messages.Count == 0 || !counts.TryGetValue(thread, out var count))
        {
            throw NotFound(call);
        }
        return Answer.Ok(ThreadView.Of(call.Inbox, thread, count, messages) with { Messages = await MessageEndpoints.ShowAsync(call, messages, cancellation) });
    }

    static Task<IResult> AddLabelsAsync(ApiCall call, CancellationToken cancellation) => LabelAsync(call, FlagChangeMode.Add, cancellation);

    static Task<IResult> RemoveLabelsAsync(ApiCall call, CancellationToken cancellation) => LabelAsync(call, FlagChangeMode.Remove, cancellation);

    static async Task<IResult> LabelAsync(ApiCall call, FlagChangeMode mode, CancellationToken cancellation)
    {
        var labels = Labels.Read(await call.ReadAsync<LabelRequest>(cancellation));
        foreach (var folder in (await call.Store.ThreadLists.FindEntriesAsync(call.Inbox.Id, ThreadOf(call), cancellation)).ToLookup(entry => entry.Folder, entry => entry.Uid))
        {
            await call.Store.FlagChanges.ApplyAsync(new(call.Inbox.Id, folder.Key), folder.ToArray(), new(mode, SystemFlags.None, labels), null, cancellation);
        }
        return await ShowAsync(call, cancellation);
    }

    static ThreadId ThreadOf(ApiCall call) => ThreadId.TryParse(call.Route("thread"), out var thread) ? thread : throw NotFound(call);

    static ApiRefusedException NotFound(ApiCall call) => new(ApiError.NotFound("thread", call.Route("thread")));
}

/// <summary>A thread in API responses.</summary>
/// <param name="Subject">Subject of the oldest message that was read; a list reads at most 100 messages per
/// thread.</param>
/// <param name="Labels">Labels of any of the messages that were read.</param>
sealed record ThreadView(
    string Id, string InboxId, string? Subject, long MessageCount, long UnreadCount, DateTimeOffset LastMessageAt, IReadOnlyList<string> Labels, IReadOnlyList<AddressView> Participants)
{
    /// <summary>The messages, oldest first. Null in lists.</summary>
    public IReadOnlyList<MessageView>? Messages { get; init; }

    public static ThreadView Of(Inbox inbox, ThreadId thread, (long Messages, long Unread) count, IReadOnlyList<ListedMessage> messages)
    {
        var views = messages.Select(message => MessageView.Of(inbox, message)).ToList();
        var people = views.SelectMany(view => (view.From is { } from ? [from] : Array.Empty<AddressView>()).Concat(view.To).Concat(view.Cc));
        return new(
            thread.ToString(), inbox.Id.ToString(), views.FirstOrDefault()?.Subject, count.Messages, count.Unread,
            views.Count == 0 ? default : views.Max(view => view.ReceivedAt),
            [.. views.SelectMany(view => view.Labels).Distinct().Order(StringComparer.Ordinal)],
            [.. people.DistinctBy(address => address.Email.ToLowerInvariant())]);
    }
}
