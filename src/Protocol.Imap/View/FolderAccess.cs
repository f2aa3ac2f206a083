namespace AgentPost.Protocol.Imap.View;

/// <summary>Access mode of a selected folder (RFC 9051 §6.3.2, §6.3.3).</summary>
enum FolderAccess
{
    ReadOnly,
    ReadWrite,
}
