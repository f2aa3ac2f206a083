using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>
/// The mailbox that a command names, with the client's spelling, which may not be NFC or may write INBOX in another
/// case (RFC 9051 §5.1).
/// </summary>
readonly record struct SpelledName(FolderName Name, string Spelling)
{
    public bool IsNormalized => Spelling == Name.Value;
}
