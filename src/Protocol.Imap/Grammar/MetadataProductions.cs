using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The productions that GETMETADATA and SETMETADATA share (RFC 5464 §5).</summary>
static class MetadataProductions
{
    const int VendorComponents = 4;

    /// <summary>mailbox. Returns null for the empty string, which means the server.</summary>
    public static FolderName? MailboxOrServer(ref CommandParser parser) => parser.TryEmptyString() ? null : parser.Mailbox();

    /// <summary>
    /// entry = astring, in lower case: under <c>/shared</c> or <c>/private</c>, without <c>*</c>, <c>%</c>, empty
    /// components or characters outside printable ASCII (RFC 5464 §3.2).
    /// </summary>
    /// <param name="scope">Whether the entry itself is read or set, or only the entries under it.</param>
    public static string Entry(ref CommandParser parser, EntryScope scope)
    {
        var name = parser.AString().ToLowerInvariant();
        var components = name.Split('/');
        // The first component is the empty text before the leading slash.
        var isEntry = components is ["", "shared" or "private", ..]
            && !components.Skip(1).Contains("")
            && name.All(c => c is > '\x1F' and < '\x7F' and not ('*' or '%'));
        var fewest = scope is EntryScope.Parent ? 1 : components is [_, _, "vendor", ..] ? VendorComponents : 2;
        return isEntry && components.Length - 1 >= fewest ? name : throw new SyntaxException("Expected the name of an entry below /shared or /private");
    }
}

enum EntryScope
{
    /// <summary>An entry that can have a value.</summary>
    Entry,

    /// <summary>An entry that can have others under it.</summary>
    Parent,
}
