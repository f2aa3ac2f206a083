using System.Collections.Frozen;

namespace AgentPost.Store.Model;

/// <summary>Who chooses a keyword, and so which limit it counts toward.</summary>
enum KeywordKind
{
    /// <summary>The owner of the inbox: labels and what mail clients set.</summary>
    Owner,

    /// <summary>The server. Such keywords are few and never refused.</summary>
    Server,

    /// <summary>The senders of mail, with the plus tag that they write to.</summary>
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
