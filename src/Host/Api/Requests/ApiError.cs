using System.Globalization;

namespace AgentPost.Host.Api.Requests;

/// <summary>The reason why a request is rejected.</summary>
/// <param name="Code">Stable code that programs can branch on.</param>
/// <param name="Message">What happened, in one sentence.</param>
/// <param name="Fix">The next action of the caller.</param>
sealed record ApiError(int Status, string Code, string Message, string Fix)
{
    /// <summary>Delay before a retry can succeed. Null if a retry does not help.</summary>
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

    /// <summary>
    /// Formats a duration as <c>Retry-After</c> seconds (RFC 9110 §10.2.3): a whole number, at least 1.
    /// </summary>
    public static string SecondsOf(TimeSpan wait) => Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>A request is rejected. Nothing was changed, unless the error says otherwise.</summary>
sealed class ApiRefusedException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}

/// <summary>The body of every error response.</summary>
sealed record ErrorBody(ErrorDetail Error);

/// <param name="RequestId">Same as in the <c>X-Request-Id</c> header field and in the server log.</param>
sealed record ErrorDetail(string Code, string Message, string Fix, string RequestId);
