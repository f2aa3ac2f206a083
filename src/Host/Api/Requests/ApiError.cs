using System.Globalization;

namespace AgentPost.Host.Api.Requests;

/// <summary>Why a call is refused.</summary>
/// <param name="Code">For programs: they branch on it.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do about it.</param>
sealed record ApiError(int Status, string Code, string Message, string Fix)
{
    /// <summary>When trying again may help; null: it will not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ApiError Invalid(string field, string message) =>
        new(StatusCodes.Status400BadRequest, "invalid_request", $"{field}: {message}", $"Correct {field} and send the request again.");

    public static ApiError NotFound(string what, string id) => new(
        StatusCodes.Status404NotFound, $"{what}_not_found", $"There is no {what} {id} that this key may see.", $"Check the id; a key sees only what it has been given.");

    public static readonly ApiError NoInbox = new(
        StatusCodes.Status404NotFound,
        "inbox_not_found",
        "There is no such inbox, or this key is not for it.",
        "Name the inbox by its id (inb_…) or address; GET /api/v1/inboxes lists those that the key opens.");

    public static ApiError MissingScope(string scope) => new(
        StatusCodes.Status403Forbidden, "missing_scope", $"This needs the scope {scope}.", $"Use a key that has the scope {scope}.");

    /// <summary>Seconds as <c>Retry-After</c> has them (RFC 9110 §10.2.3): whole, at least one.</summary>
    public static string SecondsOf(TimeSpan wait) => Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>A call is refused; nothing was changed unless the error says so.</summary>
sealed class ApiRefusedException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}

/// <summary>The body of every answer that is no success.</summary>
sealed record ErrorBody(ErrorDetail Error);

/// <param name="RequestId">As in the header <c>X-Request-Id</c> and in the server's log.</param>
sealed record ErrorDetail(string Code, string Message, string Fix, string RequestId);
