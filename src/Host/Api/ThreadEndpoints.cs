using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>Threads: list, get, labels. They come of References and In-Reply-To, never of the subject.</summary>
static class ThreadEndpoints
{
    const string Tag = "Threads";

    // Of a page of threads, and of one thread.
    const int MostMessages = 2000;

    public static IReadOnlyList<Endpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/{inbox}/threads", Scope.MessagesRead, "List the threads, the one with the newest message first.", ListAsync)
        {
            Id = "listThreads", Tag = Tag, Query = QueryParameter.Page, Answer = typeof(Page<ThreadView>),
        },
        new("GET", "/api/v1/inboxes/{inbox}/threads/{thread}", Scope.MessagesRead, "Get a thread with its messages, oldest first.", ShowAsync)
        {
            Id = "getThread", Tag = Tag, Answer = typeof(ThreadView),
        },
        new("POST", "/api/v1/inboxes/{inbox}/threads/{thread}/labels", Scope.MessagesWrite, "Add labels to all messages of a thread.", AddLabelsAsync)
        {
            Id = "addThreadLabels", Tag = Tag, Body = typeof(LabelRequest), Answer = typeof(ThreadView), BodyExample = """{"labels":["invoice"]}""",
        },
        new("DELETE", "/api/v1/inboxes/{inbox}/threads/{thread}/labels", Scope.MessagesWrite, "Remove labels from all messages of a thread.", RemoveLabelsAsync)
        {
            Id = "removeThreadLabels", Tag = Tag, Body = typeof(LabelRequest), Answer = typeof(ThreadView), BodyExample = """{"labels":["invoice"]}""",
        },
    ];

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Query.Limit();
        var before = call.Query.Text("cursor") is null ? (MessageId?)null : Cursor.Read<MessageId>(call, MessageId.TryParse);
        var threads = await call.Store.MessageLists.ListThreadsAsync(call.Inbox.Id, before, limit + 1, cancellation);
        var messages = await call.Store.MessageLists.FindInThreadsAsync(call.Inbox.Id, [.. threads.Take(limit).Select(thread => thread.Thread)], MostMessages, cancellation);
        var byThread = messages.ToLookup(message => message.Thread);
        return Answer.Ok(Page<ThreadView>.Of(
            threads, limit, thread => ThreadView.Of(call.Inbox, thread.Thread, [.. byThread[thread.Thread]]), thread => thread.Newest.ToString()));
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) => await ShowAsync(call, await FindAsync(call, cancellation));

    static Task<IResult> ShowAsync(ApiCall call, IReadOnlyList<ListedMessage> messages) => Task.FromResult(Answer.Ok(
        ThreadView.Of(call.Inbox, messages[0].Thread, messages) with { Messages = [.. messages.Select(message => MessageView.Of(call.Inbox, message))] }));

    static Task<IResult> AddLabelsAsync(ApiCall call, CancellationToken cancellation) => LabelAsync(call, FlagChangeMode.Add, cancellation);

    static Task<IResult> RemoveLabelsAsync(ApiCall call, CancellationToken cancellation) => LabelAsync(call, FlagChangeMode.Remove, cancellation);

    static async Task<IResult> LabelAsync(ApiCall call, FlagChangeMode mode, CancellationToken cancellation)
    {
        var labels = Labels.Read(await call.ReadAsync<LabelRequest>(cancellation));
        var entries = (await FindAsync(call, cancellation)).SelectMany(message => message.Entries).ToLookup(entry => entry.Folder, entry => entry.Uid);
        foreach (var folder in entries)
        {
            await call.Store.FlagChanges.ApplyAsync(
                new(call.Inbox.Id, folder.Key), folder.Order().ToArray(), new(mode, SystemFlags.None, labels), null, cancellation);
        }
        return await ShowAsync(call, await FindAsync(call, cancellation));
    }

    static async Task<IReadOnlyList<ListedMessage>> FindAsync(ApiCall call, CancellationToken cancellation) =>
        ThreadId.TryParse(call.Route("thread"), out var thread)
        && await call.Store.MessageLists.FindInThreadsAsync(call.Inbox.Id, [thread], MostMessages, cancellation) is { Count: > 0 } messages
            ? messages
            : throw new ApiRefusedException(ApiError.NotFound("thread", call.Route("thread")));
}

/// <summary>A thread as the API shows it.</summary>
/// <param name="Subject">Of its first message.</param>
/// <param name="Labels">Of any of its messages.</param>
sealed record ThreadView(
    string Id, string InboxId, string? Subject, int MessageCount, int UnreadCount, DateTimeOffset LastMessageAt, IReadOnlyList<string> Labels, IReadOnlyList<AddressView> Participants)
{
    /// <summary>Oldest first; null in lists.</summary>
    public IReadOnlyList<MessageView>? Messages { get; init; }

    public static ThreadView Of(Inbox inbox, ThreadId thread, IReadOnlyList<ListedMessage> messages)
    {
        var views = messages.Select(message => MessageView.Of(inbox, message)).ToList();
        var people = views.SelectMany(view => (view.From is { } from ? [from] : Array.Empty<AddressView>()).Concat(view.To).Concat(view.Cc));
        return new(
            thread.ToString(), inbox.Id.ToString(), views.FirstOrDefault()?.Subject, views.Count, views.Count(view => !view.Seen),
            views.Count == 0 ? default : views.Max(view => view.ReceivedAt),
            [.. views.SelectMany(view => view.Labels).Distinct().Order(StringComparer.Ordinal)],
            [.. people.DistinctBy(address => address.Email.ToLowerInvariant())]);
    }
}
