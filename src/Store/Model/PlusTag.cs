using System.Buffers;
using AgentPost.Store.Addresses;

namespace AgentPost.Store.Model;

/// <summary>The keyword that a plus-tag of a recipient's address becomes.</summary>
static class PlusTag
{
    public const string KeywordPrefix = "plus:";

    // RFC 9051 §9: atom-specials, and what is not ASCII, cannot be in a keyword.
    static readonly SearchValues<char> AtomSpecials = SearchValues.Create("(){ %*\"\\]");

    /// <summary><c>plus:tag</c>, with <c>_</c> for what a keyword cannot hold; empty without a tag.</summary>
    public static KeywordSet ToKeywords(string? tag) =>
        string.IsNullOrEmpty(tag)
            ? KeywordSet.Empty
            : KeywordSet.Of(KeywordPrefix + string.Concat(tag.Select(AtomChar)));

    /// <summary>Of the tag of an address; empty without one.</summary>
    public static KeywordSet Of(string address) => InboxAddress.TryParse(address, out _, out var tag) ? ToKeywords(tag) : KeywordSet.Empty;

    static char AtomChar(char letter) => letter is <= ' ' or >= '\x7f' || AtomSpecials.Contains(letter) ? '_' : letter;
}
