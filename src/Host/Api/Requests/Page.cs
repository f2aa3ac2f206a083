using System.Buffers.Text;
using System.Text;

namespace AgentPost.Host.Api.Requests;

/// <summary>One page of a list.</summary>
/// <param name="NextCursor">For the page after; null: this is the last.</param>
sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor)
{
    /// <summary>A page of what was read with one row more than asked for, by which it is known whether there are others.</summary>
    public static Page<T> Of<TRow>(IReadOnlyList<TRow> rows, int limit, Func<TRow, T> show, Func<TRow, string> position) =>
        new([.. rows.Take(limit).Select(show)], rows.Count > limit ? Cursor.Write(position(rows[limit - 1])) : null);
}

/// <summary>
/// Where a list goes on: the position of the last row shown, so that what comes or goes meanwhile neither repeats nor skips the rest. Callers need not know what is in it.
/// </summary>
static class Cursor
{
    public static string Write(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position));

    /// <summary>The position in the query's <c>cursor</c>; the default value when there is none.</summary>
    public static T? Read<T>(ApiCall call, TryParse<T> parse)
    {
        if (call.Query.Text("cursor") is not { } text)
        {
            return default;
        }
        return TryDecode(text, out var position) && parse(position, out var value)
            ? value
            : throw new ApiRefusedException(ApiError.Invalid("cursor", "this is not a cursor of this list"));
    }

    static bool TryDecode(string text, out string position)
    {
        var isBase64 = Base64Url.IsValid(text);
        position = isBase64 ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) : "";
        return isBase64;
    }
}

delegate bool TryParse<T>(string text, out T value);
