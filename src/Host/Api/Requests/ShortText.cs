namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Reads text that callers write for people: names, descriptions, reasons. It is stored, listed and shown to others, so
/// it must be one short line.
/// </summary>
static class ShortText
{
    const int MaxLength = 200;

    /// <summary>
    /// Returns null if the field is absent or empty. Throws ApiRefusedException if the text is too long or contains
    /// control characters.
    /// </summary>
    public static string? Read(string field, string? text) => text switch
    {
        null or "" => null,
        { Length: > MaxLength } =>
            throw new ApiRefusedException(ApiError.Invalid(field, $"must have at most {MaxLength} characters")),
        var line when line.Any(char.IsControl) =>
            throw new ApiRefusedException(ApiError.Invalid(field, "must not have control characters")),
        var line => line,
    };
}
