using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// The id of a folder for clients (RFC 8474 §4): unique within the inbox, which is all that a connection sees. It does
/// not change when the folder is renamed, and is never reused.
/// </summary>
static class MailboxId
{
    /// <summary>"(" objectid ")"</summary>
    public static string Of(Folder folder) => $"(fld_{folder.Id})";

    /// <summary>resp-text-code =/ "MAILBOXID" SP "(" objectid ")"</summary>
    public static string Code(Folder folder) => $"MAILBOXID {Of(folder)}";
}
