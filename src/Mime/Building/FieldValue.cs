using System.Buffers;

namespace AgentPost.Mime;

/// <summary>The character classes of what goes into a header, and the one door that all of it passes.</summary>
static class FieldValue
{
    // atext (RFC 5322 §3.2.3)
    public static readonly SearchValues<char> Atext =
        SearchValues.Create("!#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // token (RFC 2045 §5.1)
    public static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    static readonly SearchValues<char> LineBreakers = SearchValues.Create("\r\n\0");
    static readonly SearchValues<char> Printable = SearchValues.Create([.. Enumerable.Range(' ', 95).Select(c => (char)c)]);

    /// <summary>Refuses what could end a field and begin another.</summary>
    /// <exception cref="ArgumentException">There is a line end or NUL in the value.</exception>
    public static string Checked(string value, string what) =>
        value.AsSpan().ContainsAny(LineBreakers) ? throw new ArgumentException($"{what} has a line end or NUL", what) : value;

    public static bool IsPrintableAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Printable);

    /// <summary>In quotation marks, with quoted-pairs (RFC 5322 §3.2.4).</summary>
    public static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        foreach (var piece in text.Split('.'))
        {
            if (text[piece].IsEmpty || text[piece].ContainsAnyExcept(Atext))
            {
                return false;
            }
        }
        return true;
    }
}
