using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Text;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Host.Api.Mail;

/// <summary>Lists and reads messages: one, several, or the raw content.</summary>
static class MessageEndpoints
{
    public const string Tag = "Messages";

    const int StandardChars = 20_000;
    const int MostInBatch = 100;

    // Maximum characters per kind of text in one response. At 200 messages, each can have the default length.
    const int MostCharsOfAll = 4 << 20;

    static readonly string[] Views = ["summary", "text", "full"];

    public static readonly QueryParameter View = new(
        "view", "string", "summary: what a list has; text: besides text_body and extracted_text; full: besides html_body and headers.")
    { Values = Views };

    public static readonly QueryParameter MaxChars = new("max_chars", "integer", "Longest text in characters, 0 to 1048576; 20000 when not given.");

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("GET", "/api/v1/inboxes/{inbox}/messages", Scope.MessagesRead, "List messages, newest first; without folder all but drafts and what is in Trash.", ListAsync)
        {
            Id = "listMessages", Tag = Tag, Answer = typeof(Page<MessageView>),
            Query =
            [
                .. QueryParameter.Page,
                View,
                MaxChars,
                new("folder", "string", "INBOX, Sent, Drafts, Trash or the name of another folder."),
                new("thread", "string", "Id of a thread."),
                new("label", "string", "A label that they bear."),
                new("unread", "boolean", "true: not seen yet; false: seen."),
                new("flagged", "boolean", "true: flagged; false: not."),
                new("from", "string", "Part of a name or address in From."),
                new("to", "string", "Part of a name or address in To, Cc or Bcc."),
                new("subject", "string", "Part of the subject."),
                new("q", "string", "Part of any header field or of the text."),
                new("since", "string", "Received at or after this instant.", "date-time"),
                new("until", "string", "Received before this instant.", "date-time"),
                new("order", "string", "newest (standard) or oldest first.") { Values = ["newest", "oldest"] },
            ],
        },
        new("POST", "/api/v1/inboxes/{inbox}/messages/batch", Scope.MessagesRead, "Get up to 100 messages by id; those that there are not are left out.", BatchAsync)
        {
            Id = "getMessages", Tag = Tag, Query = [View, MaxChars], Body = typeof(BatchRequest), Answer = typeof(Page<MessageView>),
            BodyExample = """{"ids":["msg_06b3v1g0000000000000000000"]}""",
        },
        new("GET", "/api/v1/inboxes/{inbox}/messages/{message}", Scope.MessagesRead, "Get a message. It is not marked as seen.", ShowAsync)
        {
            Id = "getMessage", Tag = Tag, Query = [View, MaxChars], Answer = typeof(MessageView),
        },
        new("GET", "/api/v1/inboxes/{inbox}/messages/{message}/raw", Scope.MessagesRead, "Get the octets of a message (RFC 5322).", RawAsync)
        {
            Id = "getRawMessage", Tag = Tag, MediaType = "message/rfc822",
        },
    ];

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var (query, limit) = (call.Query, call.Query.Limit());
        var order = query.Choice("order", "newest", "oldest") == "newest" ? MessageOrder.NewestFirst : MessageOrder.OldestFirst;
        var after = query.Text("cursor") is null ? (MessageId?)null : Cursor.Read<MessageId>(call, MessageId.TryParse);
        var messages = await call.Store.MessageLists.ListAsync(call.Inbox.Id, FilterOf(query), order, after, limit + 1, cancellation);
        var page = Page<ListedMessage>.Of(messages, limit, message => message, message => message.Id.ToString());
        return Answer.Ok(new Page<MessageView>(await ShowAsync(call, page.Data, cancellation), page.NextCursor));
    }

    static async Task<IResult> BatchAsync(ApiCall call, CancellationToken cancellation)
    {
        var ids = (await call.ReadAsync<BatchRequest>(cancellation)).Ids ?? [];
        if (ids.Count is 0 or > MostInBatch)
        {
            throw new ApiRefusedException(ApiError.Invalid("ids", $"this is a list of 1 to {MostInBatch} ids"));
        }
        var known = ids.Select(id => MessageId.TryParse(id, out var parsed) ? parsed : (MessageId?)null).OfType<MessageId>().Distinct().ToList();
        var messages = await call.Store.MessageLists.FindAsync(call.Inbox.Id, known, cancellation);
        return Answer.Ok(new Page<MessageView>(await ShowAsync(call, messages, cancellation), null));
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) =>
        Answer.Ok((await ShowAsync(call, [await StoredMessages.FindAsync(call, call.Route("message"), cancellation)], cancellation))[0]);

    /// <summary>
    /// Shows messages with the query parameters <see cref="View"/> and <see cref="MaxChars"/>, within the text limit of
    /// one response.
    /// </summary>
    public static async Task<IReadOnlyList<MessageView>> ShowAsync(ApiCall call, IReadOnlyList<ListedMessage> messages, CancellationToken cancellation)
    {
        var maxChars = Math.Min(MaxCharsOf(call), MostCharsOfAll / Math.Max(1, messages.Count));
        var views = new List<MessageView>(messages.Count);
        foreach (var message in messages)
        {
            views.Add(await StoredMessages.ShowAsync(call, message, call.Query.Choice("view", Views), maxChars, cancellation));
        }
        return views;
    }

    public static int MaxCharsOf(ApiCall call) => call.Query.Number("max_chars", 0, MessageTextReader.MaxChars, StandardChars);

    static async Task<IResult> RawAsync(ApiCall call, CancellationToken cancellation)
    {
        var message = await StoredMessages.FindAsync(call, call.Route("message"), cancellation);
        var (root, _) = await StoredMessages.ReadStructureAsync(call.Store, call.Inbox.Id, message, cancellation);
        call.Http.Response.ContentLength = root.EndOffset;
        return Download.Of(call, StoredPartStream.OfMessage(call.Store, call.Inbox.Id, message.Id, root), "message/rfc822", $"{message.Id}.eml");
    }

    static MessageFilter FilterOf(QueryValues query) => new()
    {
        Folder = query.Text("folder") is { } name ? FolderNames.Parse("folder", name) : null,
        Thread = query.Text("thread") switch
        {
            null => null,
            var text when ThreadId.TryParse(text, out var thread) => thread,
            _ => throw new ApiRefusedException(ApiError.Invalid("thread", "this is not the id of a thread (thr_…)")),
        },
        Label = query.Text("label"),
        IsSeen = !query.Flag("unread"),
        IsFlagged = query.Flag("flagged"),
        From = query.Text("from"),
        To = query.Text("to"),
        Subject = query.Text("subject"),
        Text = query.Text("q"),
        Since = query.Instant("since"),
        Until = query.Instant("until"),
    };
}

/// <summary>Ids of the messages to get.</summary>
sealed record BatchRequest
{
    public IReadOnlyList<string>? Ids { get; init; }
}
