using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// One parsed command. Which of the four records below it derives from says in which state it is legal (RFC 9051 §3): each is run with a context that
/// exists in that state only.
/// </summary>
abstract record Command;

/// <summary>Legal in every state.</summary>
abstract record AnyStateCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation);
}

/// <summary>Legal before login only.</summary>
abstract record NotAuthenticatedCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(NotAuthenticatedContext context, CancellationToken cancellation);
}

/// <summary>Legal after login, whether a folder is selected or not.</summary>
abstract record AuthenticatedCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation);
}

/// <summary>Legal while a folder is selected.</summary>
abstract record SelectedCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation);
}
