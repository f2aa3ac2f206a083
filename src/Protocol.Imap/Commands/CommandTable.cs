using System.Collections.Frozen;

namespace AgentPost.Protocol.Imap;

/// <summary>Every command: its name, the right it needs, what may be told after it, its parser. A name in two words is a command under <c>UID</c>.</summary>
static class CommandTable
{
    static readonly FrozenDictionary<string, CommandRow> Rows = new CommandRow[]
    {
        // Any state (RFC 9051 §6.1)
        CommandRow.Of("CAPABILITY", Right.None, SyncPoint.Full, CapabilityCommand.Parse),
        CommandRow.Of("NOOP", Right.None, SyncPoint.Full, NoopCommand.Parse),
        CommandRow.Of("LOGOUT", Right.None, SyncPoint.None, LogoutCommand.Parse),
        // Messages of the selected folder (RFC 9051 §6.4)
        CommandRow.Of("EXPUNGE", Right.WriteSelected, SyncPoint.Full, ExpungeCommand.Parse),
        CommandRow.Of("UID EXPUNGE", Right.WriteSelected, SyncPoint.Full, ExpungeCommand.ParseUid),
        CommandRow.Of("SEARCH", Right.Read, SyncPoint.KeepsNumbers, SearchCommand.Parse),
        CommandRow.Of("UID SEARCH", Right.Read, SyncPoint.Full, SearchCommand.ParseUid),
        CommandRow.Of("FETCH", Right.Read, SyncPoint.KeepsNumbers, FetchCommand.Parse),
        CommandRow.Of("UID FETCH", Right.Read, SyncPoint.Full, FetchCommand.ParseUid),
        CommandRow.Of("STORE", Right.WriteSelected, SyncPoint.KeepsNumbers, StoreCommand.Parse),
        CommandRow.Of("UID STORE", Right.WriteSelected, SyncPoint.Full, StoreCommand.ParseUid),
        CommandRow.Of("COPY", Right.Write, SyncPoint.Full, CopyCommand.Parse),
        CommandRow.Of("UID COPY", Right.Write, SyncPoint.Full, CopyCommand.ParseUid),
        CommandRow.Of("MOVE", Right.WriteSelected, SyncPoint.Full, MoveCommand.Parse),
        CommandRow.Of("UID MOVE", Right.WriteSelected, SyncPoint.Full, MoveCommand.ParseUid),

        // Messages from the client (RFC 9051 §6.3.12)
        CommandRow.Of("APPEND", Right.Write, SyncPoint.Full, AppendCommand.Parse, LiteralHandling.Streamed),
    }.ToFrozenDictionary(row => row.Name);

    /// <param name="name">In upper case.</param>
    public static CommandRow? Find(string name) => Rows.GetValueOrDefault(name);
}
