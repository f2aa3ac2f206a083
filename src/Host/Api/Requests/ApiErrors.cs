using System.Text.Json;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;

namespace AgentPost.Host.Api.Requests;

/// <summary>The only place that turns exceptions into API errors.</summary>
static class ApiErrors
{
    static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan FullDiskPause = TimeSpan.FromMinutes(1);

    static readonly Dictionary<Refusal, (int Status, string Code, string Fix)> Refusals = new()
    {
        [Refusal.FolderNotFound] = (StatusCodes.Status404NotFound, "folder_not_found", "GET /api/v1/inboxes/{inbox}/folders lists the folders."),
        [Refusal.FolderExists] = (StatusCodes.Status409Conflict, "folder_exists", "Choose another name."),
        [Refusal.FolderFixed] = (StatusCodes.Status409Conflict, "folder_fixed", "INBOX, Sent, Drafts and Trash stay as they are."),
        [Refusal.FolderHasChildren] = (StatusCodes.Status409Conflict, "folder_has_children", "Delete the folders below it first."),
        [Refusal.EntryVanished] = (StatusCodes.Status409Conflict, "message_changed", "It was changed or deleted meanwhile: read it again."),
        [Refusal.KeywordLimit] = (StatusCodes.Status422UnprocessableEntity, "label_limit", "Use fewer or shorter labels."),
        [Refusal.TextInvalid] = (StatusCodes.Status400BadRequest, "invalid_request", "Leave out what is no text."),
        [Refusal.OverQuota] = (StatusCodes.Status507InsufficientStorage, "over_quota", "Delete messages for good (permanent=true): only that makes room."),
        [Refusal.IdempotencyKeyReused] = (StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "Make a new Idempotency-Key for each message; repeat one only with the same request."),
        [Refusal.InboxNotFound] = (StatusCodes.Status404NotFound, "inbox_not_found", "GET /api/v1/inboxes lists the inboxes."),
        [Refusal.InboxExists] = (StatusCodes.Status409Conflict, "inbox_exists", "Choose another address, or use the inbox that is there."),
        [Refusal.AddressInvalid] = (StatusCodes.Status422UnprocessableEntity, "address_invalid", "Give an address such as name@example.com, without a plus-tag."),
        [Refusal.KeyNotFound] = (StatusCodes.Status404NotFound, "key_not_found", "GET /api/v1/keys lists the keys."),
        [Refusal.KeyExists] = (StatusCodes.Status409Conflict, "key_exists", "Let the server make the secret."),
        [Refusal.ScopeUnknown] = (StatusCodes.Status422UnprocessableEntity, "scope_unknown", $"Scopes are: {string.Join(", ", Scope.All)}."),
        [Refusal.PatternInvalid] = (StatusCodes.Status422UnprocessableEntity, "pattern_invalid", "Write name@example.com, example.com, *.example.com or *."),
        [Refusal.WebhookLimit] = (
            StatusCodes.Status409Conflict, "webhook_limit",
            "Delete a webhook that is not needed any more, or ask the operator to raise the limit."),
        [Refusal.LevelInvalid] = (
            StatusCodes.Status422UnprocessableEntity, "level_invalid", "Name an inbox, or leave out level."),
        [Refusal.DomainNotOwned] = (
            StatusCodes.Status422UnprocessableEntity, "domain_not_owned",
            "Use one of the server's domains, or ask the operator to run 'agentpost domain add'."),
        [Refusal.InboxLimit] = (
            StatusCodes.Status409Conflict, "inbox_limit",
            "Delete an inbox that is not needed any more, or ask the operator to raise the limit."),
        [Refusal.RuleLimit] = (
            StatusCodes.Status409Conflict, "rule_limit",
            "Delete a rule that is not needed any more, or ask the operator to raise the limit."),
        [Refusal.KeyLimit] = (
            StatusCodes.Status409Conflict, "key_limit",
            "Revoke a key that is not needed any more, or ask the operator to raise the limit."),
        [Refusal.DraftLimit] = (
            StatusCodes.Status409Conflict, "draft_limit",
            "Send or delete drafts that are not needed any more, or ask the operator to raise the limit."),
        [Refusal.SearchTimeout] = (
            StatusCodes.Status503ServiceUnavailable, "search_timeout",
            "Narrow the search, for example with since and until, or retry it later."),
        [Refusal.RuleNotFound] = (StatusCodes.Status404NotFound, "rule_not_found", "GET /api/v1/filter-rules lists the rules."),
    };

    /// <summary>Finds the error for an exception. Returns null for an internal error.</summary>
    public static ApiError? Of(Exception failure) => failure switch
    {
        ApiRefusedException refused => refused.Error,
        StoreRefusedException refused => OfStore(refused),
        SendRefusedException refused => OfSending(refused.Refusal),
        MessageRejectedException rejected => OfMessage(rejected),
        StoreFullException => new(
            StatusCodes.Status507InsufficientStorage, "storage_full", "The server has no room.", "Nothing was changed. Try again later, or tell the operator: the disk is full.")
        {
            RetryAfter = FullDiskPause,
        },
        StoreUnavailableException => new(
            StatusCodes.Status503ServiceUnavailable, "unavailable", "The database does not answer.", "Try again in a few seconds; nothing was changed as far as is known.")
        {
            RetryAfter = OutagePause,
        },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
            StatusCodes.Status413PayloadTooLarge, "too_large", "The body is longer than this operation takes.", "Send less; GET /api/v1/limits tells how long a message may be."),
        BadHttpRequestException malformed => new(malformed.StatusCode, "invalid_request", malformed.Message, "Correct the request."),
        JsonException malformed => OfJson(malformed),
        _ => null,
    };

    public static ApiError OfSending(SendRefusal refusal) => refusal switch
    {
        { RetryAfter: { } wait } => new(
            StatusCodes.Status429TooManyRequests, "rate_limited", Sentence(refusal.Reason),
            $"Try again in {ApiError.SecondsOf(wait)} s.")
        {
            RetryAfter = wait,
        },
        { Status: SendRefusal.UnknownRecipientStatus } => new(
            StatusCodes.Status422UnprocessableEntity, "recipient_not_found", Sentence(refusal.Reason),
            "Nothing was sent: correct the recipient's address or leave it out."),
        _ => new(
            StatusCodes.Status403Forbidden, "sending_refused", Sentence(refusal.Reason),
            "Nothing was sent: change the message or its recipients, or ask who runs the server."),
    };

    static ApiError OfMessage(MessageRejectedException rejected) => rejected.Fault is MessageFault.Author
        ? new(
            StatusCodes.Status422UnprocessableEntity, "author_rejected", $"{rejected.Message}.",
            "Correct From, Sender, Resent-From and Resent-Sender; a draft with another author can be sent from the inbox of that author.")
        : new(
            StatusCodes.Status422UnprocessableEntity, "message_rejected", $"{rejected.Message}.",
            "Write the message or the draft again without these bytes; encode binary content in base64.");

    static ApiError OfStore(StoreRefusedException refused)
    {
        var (status, code, fix) = Refusals.GetValueOrDefault(refused.Refusal, (StatusCodes.Status422UnprocessableEntity, "refused", "Change the request."));
        return new(status, code, refused.Message, fix)
        {
            RetryAfter = status == StatusCodes.Status503ServiceUnavailable ? OutagePause : null,
        };
    }

    // The serializer's message names .NET types, so only its path is used, which names the field.
    static ApiError OfJson(JsonException malformed)
    {
        var field = malformed.Path is { Length: > 2 } path ? path[2..] : "body";
        var isUnknown = malformed.Message.Contains("could not be mapped", StringComparison.Ordinal);
        return ApiError.Invalid(field, (isUnknown, field) switch
        {
            (true, _) => "this field is not known here",
            (_, "body") => "this is not the JSON object that this operation takes",
            _ => "the value has the wrong form",
        });
    }

    static string Sentence(string reason) => $"{char.ToUpperInvariant(reason[0])}{reason[1..]}.";
}
