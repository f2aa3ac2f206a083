namespace AgentPost.Protocol.Imap.View;

/// <summary>How a folder is selected (RFC 9051 §6.3.2, §6.3.3).</summary>
enum FolderAccess
{
    ReadOnly,
    ReadWrite,
}
