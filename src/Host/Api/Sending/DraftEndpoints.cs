using AgentPost.Host.Api.Mail;
using AgentPost.Host.Api.Requests;
using AgentPost.Mime.Text;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Api.Sending;

/// <summary>
/// Manages drafts, which are the messages in the IMAP folder Drafts. A draft keeps its id when the API or a mail client
/// changes it; each change stores a new draft version.
/// </summary>
static class DraftEndpoints
{
    const string Tag = "Drafts";
    const int MostAttempts = 5;

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("POST", "/api/v1/inboxes/{inbox}/drafts", Scope.MessagesWrite, "Make a draft.", CreateAsync)
        {
            Id = "createDraft", SecondScope = Scope.MessagesRead, Tag = Tag, Body = typeof(MessageRequest), Answer = typeof(DraftView), Status = StatusCodes.Status201Created, CarriesMessage = true,
            BodyExample = """{"to":["bob@example.com"],"subject":"Offer","text_body":"Dear Bob,"}""",
        },
        new("GET", "/api/v1/inboxes/{inbox}/drafts", Scope.MessagesRead, "List the drafts, oldest first.", ListAsync)
        {
            Id = "listDrafts", Tag = Tag, Query = QueryParameter.Page, Answer = typeof(Page<DraftView>),
        },
        new("GET", "/api/v1/inboxes/{inbox}/drafts/{draft}", Scope.MessagesRead, "Get a draft with its text.", ShowAsync)
        {
            Id = "getDraft", Tag = Tag, Answer = typeof(DraftView),
        },
        new("PATCH", "/api/v1/inboxes/{inbox}/drafts/{draft}", Scope.MessagesWrite, "Change a draft; what is absent stays.", ChangeAsync)
        {
            Id = "updateDraft", SecondScope = Scope.MessagesRead, Tag = Tag, Body = typeof(MessageRequest), Answer = typeof(DraftView), CarriesMessage = true, BodyExample = """{"subject":"A better offer"}""",
        },
        new("DELETE", "/api/v1/inboxes/{inbox}/drafts/{draft}", Scope.MessagesWrite, "Delete a draft, for good.", DeleteAsync)
        {
            Id = "deleteDraft", SecondScope = Scope.MessagesRead, Tag = Tag, Status = StatusCodes.Status204NoContent,
        },
        new("POST", "/api/v1/inboxes/{inbox}/drafts/{draft}/send", Scope.MessagesWrite, "Send a draft: it moves to Sent.", SendAsync)
        {
            Id = "sendDraft", SecondScope = Scope.MessagesRead, Tag = Tag, Answer = typeof(SentView), Status = StatusCodes.Status201Created, IsIdempotent = true,
        },
    ];

    static async Task<IResult> CreateAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadWithFilesAsync<MessageRequest>(cancellation);
        var builder = Composition.Begin(call, request);
        if (request.InReplyTo is { Length: > 0 } answered)
        {
            await Composition.AnswerAsync(call, builder, answered, cancellation);
        }
        await using var message = await Composition.WriteAsync(call, builder, null, cancellation);
        var folder = await FolderAsync(call, cancellation);
        var filed = await call.Store.Appends.AppendAsync(new(call.Inbox.Id, folder.Id), [Item(message)], cancellation);
        return Answer.Created(await ShowAsync(call, await AtAsync(call, filed.Uids[0], cancellation), cancellation));
    }

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Query.Limit();
        var after = Cursor.Read<DraftId>(call, DraftId.TryParse).ToString();
        var drafts = (await call.Store.Drafts.ListAsync(call.Inbox.Id, cancellation))
            .Where(draft => string.CompareOrdinal(draft.Id.ToString(), after) > 0).Take(limit + 1).ToList();
        var messages = (await call.Store.MessageLists.FindAsync(call.Inbox.Id, [.. drafts.Select(draft => draft.Message)], cancellation)).ToDictionary(message => message.Id);
        return Answer.Ok(Page<DraftView>.Of(
            [.. drafts.Where(draft => messages.ContainsKey(draft.Message))], limit,
            draft => DraftView.Of(draft, MessageView.Of(call.Inbox, messages[draft.Message])), draft => draft.Id.ToString()));
    }

    static async Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Answer.Ok(await ShowAsync(call, await FindAsync(call, cancellation), cancellation));
            }
            catch (StoreRefusedException changed) when (changed.Refusal == Refusal.EntryVanished && attempt < MostAttempts)
            {
                // The draft was changed between the two reads, so it now has another version.
            }
        }
    }

    static async Task<IResult> ChangeAsync(ApiCall call, CancellationToken cancellation)
    {
        var change = await call.ReadWithFilesAsync<MessageRequest>(cancellation);
        var draft = await FindAsync(call, cancellation);
        var builder = await DraftContent.ReadAsync(call, draft, change, cancellation);
        await using var message = await Composition.WriteAsync(call, builder, null, cancellation);
        var folder = await FolderAsync(call, cancellation);
        await call.Store.Appends.ReplaceAsync(new(call.Inbox.Id, folder.Id), draft.Uid, folder.Id, Item(message), cancellation);
        // Show the current version, because the draft may have been changed again.
        return await ShowAsync(call, cancellation);
    }

    static async Task<IResult> DeleteAsync(ApiCall call, CancellationToken cancellation)
    {
        await RemoveAsync(call, await FindAsync(call, cancellation), cancellation);
        return Answer.NoContent;
    }

    // Send first, then remove the draft. If the request is interrupted in between, a retry returns the same message and
    // removes the draft.
    static async Task<IResult> SendAsync(ApiCall call, CancellationToken cancellation)
    {
        if (await MessageSender.FindSentAsync(call, cancellation) is { } known)
        {
            if (await TryFindAsync(call, cancellation) is { } left)
            {
                await RemoveAsync(call, left, cancellation);
            }
            return known;
        }
        var draft = await FindAsync(call, cancellation);
        await using var message = await DraftContent.ReadForSendingAsync(call, draft, cancellation);
        var answer = await MessageSender.SendAsync(call, message, cancellation);
        await RemoveAsync(call, draft, cancellation);
        return answer;
    }

    // Remove older versions too; otherwise one of them would reappear as the draft. A newer version, written in the
    // meantime, stays.
    static async Task RemoveAsync(ApiCall call, Draft draft, CancellationToken cancellation)
    {
        var folder = await FolderAsync(call, cancellation);
        var texts = await call.Store.Drafts.FindTextsAsync(call.Inbox.Id, draft.Id, draft.Uid, cancellation);
        await call.Store.Expunges.ExpungeAsync(new(call.Inbox.Id, folder.Id), texts.ToArray(), cancellation);
    }

    static async Task<Draft> FindAsync(ApiCall call, CancellationToken cancellation) =>
        await TryFindAsync(call, cancellation) ?? throw new ApiRefusedException(ApiError.NotFound("draft", call.Route("draft")));

    static async Task<Draft?> TryFindAsync(ApiCall call, CancellationToken cancellation) =>
        DraftId.TryParse(call.Route("draft"), out var id)
            ? (await call.Store.Drafts.ListAsync(call.Inbox.Id, cancellation)).FirstOrDefault(draft => draft.Id == id)
            : null;

    static async Task<Draft> AtAsync(ApiCall call, Uid uid, CancellationToken cancellation) =>
        (await call.Store.Drafts.ListAsync(call.Inbox.Id, cancellation)).FirstOrDefault(draft => draft.Uid == uid)
        ?? throw DraftContent.Vanished();

    static async Task<DraftView> ShowAsync(ApiCall call, Draft draft, CancellationToken cancellation)
    {
        var message = await DraftContent.FindTextAsync(call, draft, cancellation);
        return DraftView.Of(draft, await StoredMessages.ShowAsync(call, message, "full", MessageTextReader.MaxChars, cancellation));
    }

    static Task<Folder> FolderAsync(ApiCall call, CancellationToken cancellation) => FolderNames.FindAsync(call, FolderName.Drafts, cancellation);

    static AppendItem Item(IncomingMessage message) => new(message, SystemFlags.Draft | SystemFlags.Seen, KeywordSet.Empty, null);
}

/// <summary>A draft in API responses.</summary>
/// <param name="Uid">UID of the current version in the IMAP folder Drafts.</param>
/// <param name="Message">The current version. The message id changes with each version.</param>
sealed record DraftView(string Id, long Uid, MessageView Message)
{
    public static DraftView Of(Draft draft, MessageView message) => new(draft.Id.ToString(), draft.Uid.Value, message);
}
