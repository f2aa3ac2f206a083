using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;

namespace AgentPost.Protocol.Imap.Commands;

/// <summary>Parses the rest of a command after its name, including the space between them.</summary>
delegate TCommand CommandParse<out TCommand>(ref CommandParser parser)
    where TCommand : Command;

/// <summary>
/// The access of the key that a command requires. If the key lacks it, the response is <c>NO [NOPERM]</c>.
/// </summary>
enum Right
{
    None,
    Read,
    Write,

    /// <summary>Write access, and the selected folder was not opened read-only.</summary>
    WriteSelected,
}

/// <summary>Handling of the literals of a command.</summary>
enum LiteralHandling
{
    /// <summary>They are small and become part of the command.</summary>
    Collected,

    /// <summary>The command streams all literals except one in place of the first argument.</summary>
    StreamedAfterFirst,

    /// <summary>The command streams all literals except those in place of the first two arguments.</summary>
    StreamedAfterSecond,
}

/// <summary>One row of the command table.</summary>
sealed record CommandRow(string Name, Right Right, SyncPoint Sync, LiteralHandling Literals, Type CommandType, CommandParse<Command> Parse)
{
    public static CommandRow Of<TCommand>(
        string name, Right right, SyncPoint sync, CommandParse<TCommand> parse, LiteralHandling literals = LiteralHandling.Collected)
        where TCommand : Command =>
        new(name, right, sync, literals, typeof(TCommand), (ref CommandParser parser) => parse(ref parser));

    /// <summary>Returns why the command is illegal in the state of this context, or null if it is legal.</summary>
    public string? WrongState(SessionContext context) => context switch
    {
        NotAuthenticatedContext when Is<AuthenticatedCommand>() || Is<SelectedCommand>() => $"{Name} is not allowed before login",
        AuthenticatedContext when Is<NotAuthenticatedCommand>() => $"{Name} is not allowed after login",
        not SelectedContext when Is<SelectedCommand>() => $"{Name} needs a selected mailbox",
        _ => null,
    };

    bool Is<TCommand>() => CommandType.IsSubclassOf(typeof(TCommand));
}
