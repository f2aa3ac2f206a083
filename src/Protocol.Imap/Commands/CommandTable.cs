using System.Collections.Frozen;
using AgentPost.Protocol.Imap.Commands.Connection;
using AgentPost.Protocol.Imap.Commands.Mail;
using AgentPost.Protocol.Imap.Commands.Mailboxes;
using AgentPost.Protocol.Imap.Commands.Search;
using AgentPost.Protocol.Imap.Selection;

namespace AgentPost.Protocol.Imap.Commands;

/// <summary>
/// All commands: name, required right, what may be reported after it, and parser. A name of two words is a command
/// under <c>UID</c>.
/// </summary>
static class CommandTable
{
    static readonly FrozenDictionary<string, CommandRow> Rows = new CommandRow[]
    {
        // Any state (RFC 9051 §6.1)
        CommandRow.Of("CAPABILITY", Right.None, SyncPoint.Full, CapabilityCommand.Parse),
        CommandRow.Of("NOOP", Right.None, SyncPoint.Full, NoopCommand.Parse),
        CommandRow.Of("LOGOUT", Right.None, SyncPoint.None, LogoutCommand.Parse),
        CommandRow.Of("ID", Right.None, SyncPoint.Full, IdCommand.Parse),

        // Not authenticated (RFC 9051 §6.2)
        CommandRow.Of("LOGIN", Right.None, SyncPoint.None, LoginCommand.Parse),
        CommandRow.Of("AUTHENTICATE", Right.None, SyncPoint.None, AuthenticateCommand.Parse),

        // Authenticated (RFC 9051 §6.3)
        CommandRow.Of("ENABLE", Right.Read, SyncPoint.Full, EnableCommand.Parse),
        CommandRow.Of("COMPRESS", Right.Read, SyncPoint.Full, CompressCommand.Parse),
        CommandRow.Of("NAMESPACE", Right.Read, SyncPoint.Full, NamespaceCommand.Parse),
        CommandRow.Of("LIST", Right.Read, SyncPoint.Full, ListCommand.Parse),
        CommandRow.Of("XLIST", Right.Read, SyncPoint.Full, XlistCommand.Parse),
        CommandRow.Of("LSUB", Right.Read, SyncPoint.Full, LsubCommand.Parse),
        CommandRow.Of("SUBSCRIBE", Right.Write, SyncPoint.Full, SubscribeCommand.Parse),
        CommandRow.Of("UNSUBSCRIBE", Right.Write, SyncPoint.Full, UnsubscribeCommand.Parse),
        CommandRow.Of("CREATE", Right.Write, SyncPoint.Full, CreateCommand.Parse),
        CommandRow.Of("DELETE", Right.Write, SyncPoint.Full, DeleteCommand.Parse),
        CommandRow.Of("RENAME", Right.Write, SyncPoint.Full, RenameCommand.Parse),
        CommandRow.Of("STATUS", Right.Read, SyncPoint.Full, StatusCommand.Parse),
        CommandRow.Of("GETQUOTA", Right.Read, SyncPoint.Full, GetQuotaCommand.Parse),
        CommandRow.Of("GETQUOTAROOT", Right.Read, SyncPoint.Full, GetQuotaRootCommand.Parse),
        CommandRow.Of("SETQUOTA", Right.Read, SyncPoint.Full, SetQuotaCommand.Parse),
        CommandRow.Of("GETMETADATA", Right.Read, SyncPoint.Full, GetMetadataCommand.Parse),
        CommandRow.Of("SETMETADATA", Right.Write, SyncPoint.Full, SetMetadataCommand.Parse),
        CommandRow.Of("SELECT", Right.Read, SyncPoint.None, SelectCommand.Parse),
        CommandRow.Of("EXAMINE", Right.Read, SyncPoint.None, SelectCommand.ParseExamine),
        CommandRow.Of("NOTIFY", Right.Read, SyncPoint.Full, NotifyCommand.Parse),
        CommandRow.Of("IDLE", Right.Read, SyncPoint.Full, IdleCommand.Parse),

        // Selected (RFC 9051 §6.4)
        CommandRow.Of("CHECK", Right.Read, SyncPoint.Full, CheckCommand.Parse),
        CommandRow.Of("CLOSE", Right.Read, SyncPoint.None, CloseCommand.Parse),
        CommandRow.Of("UNSELECT", Right.Read, SyncPoint.None, UnselectCommand.Parse),

        // Messages of the selected folder (RFC 9051 §6.4)
        CommandRow.Of("EXPUNGE", Right.WriteSelected, SyncPoint.Full, ExpungeCommand.Parse),
        CommandRow.Of("UID EXPUNGE", Right.WriteSelected, SyncPoint.Full, ExpungeCommand.ParseUid),
        CommandRow.Of("SEARCH", Right.Read, SyncPoint.BeforeResult, SearchCommand.Parse),
        CommandRow.Of("UID SEARCH", Right.Read, SyncPoint.BeforeResult, SearchCommand.ParseUid),
        CommandRow.Of("CANCELUPDATE", Right.Read, SyncPoint.Full, CancelUpdateCommand.Parse),
        CommandRow.Of("SORT", Right.Read, SyncPoint.BeforeResult, SortCommand.Parse),
        CommandRow.Of("UID SORT", Right.Read, SyncPoint.BeforeResult, SortCommand.ParseUid),
        CommandRow.Of("THREAD", Right.Read, SyncPoint.BeforeResult, ThreadCommand.Parse),
        CommandRow.Of("UID THREAD", Right.Read, SyncPoint.BeforeResult, ThreadCommand.ParseUid),
        CommandRow.Of("FETCH", Right.Read, SyncPoint.KeepsNumbers, FetchCommand.Parse),
        CommandRow.Of("UID FETCH", Right.Read, SyncPoint.Full, FetchCommand.ParseUid),
        CommandRow.Of("STORE", Right.WriteSelected, SyncPoint.KeepsNumbers, StoreCommand.Parse),
        CommandRow.Of("UID STORE", Right.WriteSelected, SyncPoint.Full, StoreCommand.ParseUid),
        CommandRow.Of("COPY", Right.Write, SyncPoint.Full, CopyCommand.Parse),
        CommandRow.Of("UID COPY", Right.Write, SyncPoint.Full, CopyCommand.ParseUid),
        CommandRow.Of("MOVE", Right.WriteSelected, SyncPoint.Full, MoveCommand.Parse),
        CommandRow.Of("UID MOVE", Right.WriteSelected, SyncPoint.Full, MoveCommand.ParseUid),

        // Messages from the client (RFC 9051 §6.3.12, RFC 8508)
        CommandRow.Of("APPEND", Right.Write, SyncPoint.Full, AppendCommand.Parse, LiteralHandling.StreamedAfterFirst),
        CommandRow.Of("REPLACE", Right.WriteSelected, SyncPoint.Full, ReplaceCommand.Parse, LiteralHandling.StreamedAfterSecond),
        CommandRow.Of("UID REPLACE", Right.WriteSelected, SyncPoint.Full, ReplaceCommand.ParseUid, LiteralHandling.StreamedAfterSecond),
    }.ToFrozenDictionary(row => row.Name);

    /// <summary>
    /// True if a command uses message numbers: it has a counterpart that uses UIDs. EXPUNGE has one, but takes no
    /// arguments.
    /// </summary>
    public static bool TakesNumbers(CommandRow row) => row.Name != "EXPUNGE" && Rows.ContainsKey("UID " + row.Name);

    /// <param name="name">In upper case.</param>
    public static CommandRow? Find(string name) => Rows.GetValueOrDefault(name);
}
