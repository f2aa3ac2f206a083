using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>
/// How clients see the identity of a folder (RFC 8474 §4): unique within the inbox, which is all that a connection sees. It stays when the folder is renamed and is
/// never given again.
/// </summary>
static class MailboxId
{
    /// <summary>"(" objectid ")"</summary>
    public static string Of(Folder folder) => $"(fld_{folder.Id})";

    /// <summary>resp-text-code =/ "MAILBOXID" SP "(" objectid ")"</summary>
    public static string Code(Folder folder) => $"MAILBOXID {Of(folder)}";
}
