using System.Buffers;
using AgentPost.Store.Model;

namespace AgentPost.Host.MailFiles;

/// <summary>Keywords that files name.</summary>
static class Keywords
{
    // flag-keyword = atom (RFC 9051 §9)
    static readonly SearchValues<char> AtomCharacters =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(code => (char)code).Where(c => !"(){%*\"\\]".Contains(c, StringComparison.Ordinal))]);

    /// <summary>The names that can be keywords; others are left out.</summary>
    public static KeywordSet Of(params IEnumerable<string> names) => KeywordSet.Of(names.Where(IsAtom));

    static bool IsAtom(string name) => name.Length is > 0 and <= 255 && !name.AsSpan().ContainsAnyExcept(AtomCharacters);
}
