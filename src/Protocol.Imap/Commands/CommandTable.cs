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
    }.ToFrozenDictionary(row => row.Name);

    /// <param name="name">In upper case.</param>
    public static CommandRow? Find(string name) => Rows.GetValueOrDefault(name);
}
