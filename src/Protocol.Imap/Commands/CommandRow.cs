using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;

namespace AgentPost.Protocol.Imap.Commands;

/// <summary>Parses what follows the name of a command, the space between them included.</summary>
delegate TCommand CommandParse<out TCommand>(ref CommandParser parser)
    where TCommand : Command;

/// <summary>The right of the key that a command needs; lacking it is answered with <c>NO [NOPERM]</c>.</summary>
enum Right
{
    None,
    Read,
    Write,

    /// <summary>Write, and the selected folder was not opened read-only.</summary>
    WriteSelected,
}

/// <summary>How the literals of a command arrive.</summary>
enum LiteralHandling
{
    /// <summary>They are small and become part of the command's octets.</summary>
    Collected,

    /// <summary>All but a literal in the place of the first argument are handed to the command as they arrive.</summary>
    StreamedAfterFirst,

    /// <summary>All but those in the place of the first two.</summary>
    StreamedAfterSecond,
}

/// <summary>One row of the command table.</summary>
sealed record CommandRow(string Name, Right Right, SyncPoint Sync, LiteralHandling Literals, Type CommandType, CommandParse<Command> Parse)
{
    public static CommandRow Of<TCommand>(
        string name, Right right, SyncPoint sync, CommandParse<TCommand> parse, LiteralHandling literals = LiteralHandling.Collected)
        where TCommand : Command =>
        new(name, right, sync, literals, typeof(TCommand), (ref CommandParser parser) => parse(ref parser));

    /// <summary>Why the command is not legal in the state of the given context; null when it is.</summary>
    public string? WrongState(SessionContext context) => context switch
    {
        NotAuthenticatedContext when Is<AuthenticatedCommand>() || Is<SelectedCommand>() => $"{Name} is not allowed before login",
        AuthenticatedContext when Is<NotAuthenticatedCommand>() => $"{Name} is not allowed after login",
        not SelectedContext when Is<SelectedCommand>() => $"{Name} needs a selected mailbox",
        _ => null,
    };

    bool Is<TCommand>() => CommandType.IsSubclassOf(typeof(TCommand));
}
