using System.Security.Cryptography;
using AgentPost.Host.Api.Requests;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Access;

/// <summary>Creates, lists, reads, changes, pauses and deletes inboxes.</summary>
static class InboxEndpoints
{
    const string RandomCharacters = "abcdefghijkmnpqrstuvwxyz23456789";
    const int RandomLength = 10;

    public static IReadOnlyList<ApiEndpoint> Rows =>
    [
        new("POST", "/api/v1/inboxes", Scope.InboxesWrite, "Create an inbox. With a client_id that is known already, the inbox that has it is answered (200).", CreateAsync)
        {
            Id = "createInbox", Tag = "Inboxes", Body = typeof(InboxRequest), Answer = typeof(InboxView), Status = StatusCodes.Status201Created, OtherStatus = StatusCodes.Status200OK,
            BodyExample = """{"username":"support","display_name":"Support","client_id":"support-1"}""",
        },
        new("GET", "/api/v1/inboxes", Scope.InboxesRead, "List the inboxes that the key opens, by address.", ListAsync)
        {
            Id = "listInboxes", Tag = "Inboxes", Query = QueryParameter.Page, Answer = typeof(Page<InboxView>),
        },
        new("GET", "/api/v1/inboxes/{inbox}", Scope.InboxesRead, "Get an inbox.", ShowAsync)
        {
            Id = "getInbox", Tag = "Inboxes", Answer = typeof(InboxView),
        },
        new(
            "PATCH", "/api/v1/inboxes/{inbox}", Scope.InboxesWrite,
            "Change the name of an inbox, or pause and resume sending. A key resumes what its own level, or one below, has paused.", ChangeAsync)
        {
            Id = "updateInbox", Tag = "Inboxes", Body = typeof(InboxChange), Answer = typeof(InboxView),
            BodyExample = """{"display_name":"Support team","send_paused":true,"send_paused_reason":"under review"}""",
        },
        new("DELETE", "/api/v1/inboxes/{inbox}", Scope.InboxesWrite, "Delete an inbox and all its mail. Its sessions end.", DeleteAsync)
        {
            Id = "deleteInbox", Tag = "Inboxes", Status = StatusCodes.Status204NoContent,
        },
    ];

    static async Task<IResult> CreateAsync(ApiCall call, CancellationToken cancellation)
    {
        var request = await call.ReadAsync<InboxRequest>(cancellation);
        if (call.Key.Inboxes is not null)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status403Forbidden, "key_limited", "This key is for some inboxes only; it cannot make others.", "Use a key for all inboxes."));
        }
        var wanted = new NewInbox(AddressOf(request, call.Options.Domain))
        {
            Name = NameOf(request.DisplayName),
            ClientId = ShortText.Read("client_id", request.ClientId),
            Organization = call.Key.Organization,
        };
        var (inbox, isNew) = await call.Store.Organizations.CreateInboxAsync(wanted, cancellation);
        return isNew ? Answer.Created(InboxView.Of(inbox)) : Answer.Ok(InboxView.Of(inbox));
    }

    static async Task<IResult> ListAsync(ApiCall call, CancellationToken cancellation)
    {
        var limit = call.Query.Limit();
        var after = Cursor.Read(call, (string text, out string address) => (address = text).Length > 0) ?? "";
        var inboxes = await call.Store.Organizations.ListInboxesAsync(call.Key.Organization, call.Key.Inboxes, after, limit + 1, cancellation);
        return Answer.Ok(Page<InboxView>.Of(inboxes, limit, InboxView.Of, inbox => inbox.Address.Value));
    }

    static Task<IResult> ShowAsync(ApiCall call, CancellationToken cancellation) => Task.FromResult(Answer.Ok(InboxView.Of(call.Inbox)));

    static async Task<IResult> ChangeAsync(ApiCall call, CancellationToken cancellation)
    {
        var change = await call.ReadAsync<InboxChange>(cancellation);
        var inbox = call.Inbox;
        if (change.DisplayName is not null)
        {
            inbox = await call.Store.Organizations.RenameInboxAsync(inbox.Id, NameOf(change.DisplayName), cancellation);
        }
        if (change.SendPaused is { } isPaused)
        {
            inbox = isPaused
                ? await call.Store.SendingRules.PauseInboxAsync(
                    inbox.Address.Value, call.Level, ReasonOf(change), cancellation)
                : await ResumeAsync(call, inbox, cancellation);
        }
        return Answer.Ok(InboxView.Of(inbox));
    }

    static Task<Inbox> ResumeAsync(ApiCall call, Inbox inbox, CancellationToken cancellation)
    {
        if (inbox.SendingPaused is { } pause && pause.Level < call.Level)
        {
            throw new ApiRefusedException(new(
                StatusCodes.Status403Forbidden, "key_limited",
                $"Sending is paused by the {pause.Level.ToWord()}: {pause.Reason}.",
                pause.Level is PolicyLevel.Operator
                    ? $"Ask the operator to run 'agentpost inbox unblock {inbox.Address}'."
                    : "Use a key for all inboxes."));
        }
        return call.Store.SendingRules.ResumeInboxAsync(inbox.Address.Value, call.Level, cancellation);
    }

    static async Task<IResult> DeleteAsync(ApiCall call, CancellationToken cancellation)
    {
        await call.Store.Accounts.DeleteInboxAsync(call.Inbox.Address.Value, cancellation);
        return Answer.NoContent;
    }

    static string AddressOf(InboxRequest request, string domain) => (request.Email, request.Username) switch
    {
        ({ Length: > 0 } email, null or "") when request.Domain is null => email,
        ({ Length: > 0 }, _) => throw new ApiRefusedException(ApiError.Invalid("email", "it stands alone: leave out username and domain")),
        (_, { Length: > 0 } username) => $"{username}@{request.Domain ?? domain}",
        _ => $"agent-{RandomNumberGenerator.GetString(RandomCharacters, RandomLength)}@{request.Domain ?? domain}",
    };

    static string? NameOf(string? text) => ShortText.Read("display_name", text);

    static string ReasonOf(InboxChange change) =>
        ShortText.Read("send_paused_reason", change.SendPausedReason) ?? SendPause.NoReason;
}

/// <summary>
/// Properties of a new inbox. Its address is <c>email</c>, or <c>username</c> at <c>domain</c>; the server chooses what
/// is absent.
/// </summary>
sealed record InboxRequest
{
    public string? Email { get; init; }
    public string? Username { get; init; }
    public string? Domain { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>The caller's own identifier for the inbox.</summary>
    public string? ClientId { get; init; }
}

/// <summary>Changes to an inbox. An absent field stays unchanged.</summary>
sealed record InboxChange
{
    /// <summary>An empty string removes the name.</summary>
    public string? DisplayName { get; init; }

    public bool? SendPaused { get; init; }
    public string? SendPausedReason { get; init; }
}

/// <summary>An inbox in API responses.</summary>
/// <param name="SendPausedBy"><c>operator</c>, <c>organization</c> or <c>inbox</c>: the highest level that has paused
/// sending. Null if sending is not paused.</param>
sealed record InboxView(
    string Id, string Email, string Username, string Domain, string? DisplayName, string? ClientId, bool SendPaused,
    string? SendPausedReason, string? SendPausedBy, DateTimeOffset CreatedAt)
{
    public static InboxView Of(Inbox inbox)
    {
        var at = inbox.Address.Value.LastIndexOf('@');
        return new(
            inbox.Id.ToString(), inbox.Address.Value, inbox.Address.Value[..at], inbox.Address.Value[(at + 1)..], inbox.Name, inbox.ClientId,
            inbox.SendingPaused is not null, inbox.SendingPaused?.Reason, inbox.SendingPaused?.Level.ToWord(),
            inbox.CreatedAt);
    }
}
