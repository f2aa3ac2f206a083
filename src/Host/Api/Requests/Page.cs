using System.Buffers.Text;
using System.Text;

namespace AgentPost.Host.Api.Requests;

/// <summary>One page of a list.</summary>
/// <param name="NextCursor">Cursor of the next page. Null on the last page.</param>
sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor)
{
    /// <summary>
    /// Builds a page from one row more than the limit. The extra row shows that there is a next page.
    /// </summary>
    public static Page<T> Of<TRow>(IReadOnlyList<TRow> rows, int limit, Func<TRow, T> show, Func<TRow, string> position) =>
        new([.. rows.Take(limit).Select(show)], rows.Count > limit ? Cursor.Write(position(rows[limit - 1])) : null);
}

/// <summary>
/// The position at which a list continues: that of the last row shown. Rows that are added or removed in the meantime
/// cause neither duplicates nor gaps. Opaque to callers.
/// </summary>
static class Cursor
{
    public static string Write(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position));

    /// <summary>
    /// Returns the position in the query parameter <c>cursor</c>, or the default value if it is absent.
    /// </summary>
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
