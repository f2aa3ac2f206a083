using System.Buffers;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>Keywords that files contain.</summary>
static class Keywords
{
    // flag-keyword = atom (RFC 9051 §9)
    static readonly SearchValues<char> AtomCharacters =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(code => (char)code).Where(c => !"(){%*\"\\]".Contains(c, StringComparison.Ordinal))]);

    /// <summary>Returns the names that are valid keywords, and omits the others.</summary>
    public static KeywordSet Of(params IEnumerable<string> names) => KeywordSet.Of(names.Where(IsAtom));

    static bool IsAtom(string name) => name.Length is > 0 and <= 255 && !name.AsSpan().ContainsAnyExcept(AtomCharacters);
}
