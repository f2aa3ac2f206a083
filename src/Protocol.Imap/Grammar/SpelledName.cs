using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Grammar;

/// <summary>The mailbox that a command names, and how the client spelled it: perhaps not in NFC, or INBOX in another case (RFC 9051 §5.1).</summary>
readonly record struct SpelledName(FolderName Name, string Spelling)
{
    public bool IsNormalized => Spelling == Name.Value;
}
