using System.Buffers;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Model;

/// <summary>Converts the plus tag of a recipient address to a keyword.</summary>
static class PlusTag
{
    public const string KeywordPrefix = "plus:";

    // RFC 9051 §9: keywords cannot contain atom-specials or non-ASCII characters.
    static readonly SearchValues<char> AtomSpecials = SearchValues.Create("(){ %*\"\\]");

    /// <summary>
    /// Returns <c>plus:tag</c>, with <c>_</c> for characters that a keyword cannot contain. Empty if there is no tag.
    /// </summary>
    public static KeywordSet ToKeywords(string? tag) =>
        string.IsNullOrEmpty(tag)
            ? KeywordSet.Empty
            : KeywordSet.Of(KeywordPrefix + string.Concat(tag.Select(AtomChar)));

    /// <summary>Returns the keyword for the plus tag of an address. Empty if there is none.</summary>
    public static KeywordSet Of(string address) => InboxAddress.TryParse(address, out _, out var tag) ? ToKeywords(tag) : KeywordSet.Empty;

    static char AtomChar(char letter) => letter is <= ' ' or >= '\x7f' || AtomSpecials.Contains(letter) ? '_' : letter;
}
