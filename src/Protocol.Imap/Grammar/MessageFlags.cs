using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>
/// Flags as a client names them: system flags and keywords. <c>\Recent</c> and unknown system flags are dropped.
/// </summary>
sealed record MessageFlags(SystemFlags System, KeywordSet Keywords)
{
    public static readonly MessageFlags None = new(SystemFlags.None, KeywordSet.Empty);
}
