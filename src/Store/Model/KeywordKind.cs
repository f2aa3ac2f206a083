using System.Collections.Frozen;

namespace AgentPost.Store.Model;

/// <summary>The origin of a keyword, which determines the limit that it counts toward.</summary>
enum KeywordKind
{
    /// <summary>Chosen by the owner of the inbox: labels, and keywords that mail clients set.</summary>
    Owner,

    /// <summary>Set by the server. There are few such keywords, and they are never rejected.</summary>
    Server,

    /// <summary>Chosen by senders, as the plus tag of the address that they write to.</summary>
    Tag,
}

static class KeywordKinds
{
    static readonly FrozenSet<string> ServerNames = new[]
    {
        "$AuthFail", "$AuthPass", "$Automated", "$Delivered", "$Failed", "$FirstTime", "$Forwarded", "$HiddenText", "$Junk", "$Queued",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static KeywordKind Of(string name) =>
        ServerNames.Contains(name) ? KeywordKind.Server
        : name.StartsWith(PlusTag.KeywordPrefix, StringComparison.OrdinalIgnoreCase) ? KeywordKind.Tag
        : KeywordKind.Owner;
}
