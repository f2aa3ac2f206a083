using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>Writes the LIST response (RFC 9051 §7.3.1).</summary>
static class MailboxListWriter
{
    /// <summary>
    /// mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP mbox-list-extended],
    /// without its extended data
    /// </summary>
    public static ResponseWriter List(this ResponseWriter writer, string attributes, FolderName name) =>
        writer.Untagged().Atom("LIST "u8).Open().Atom(attributes).Close().Atom(" \"/\" "u8).Mailbox(name);
}
