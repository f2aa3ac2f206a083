using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// One parsed command. Its base type, one of the four records below, determines the states in which it is legal
/// (RFC 9051 §3). Each command runs with a context that exists only in that state.
/// </summary>
abstract record Command;

/// <summary>Legal in every state.</summary>
abstract record AnyStateCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation);
}

/// <summary>Legal only before login.</summary>
abstract record NotAuthenticatedCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(NotAuthenticatedContext context, CancellationToken cancellation);
}

/// <summary>Legal after login, with or without a selected folder.</summary>
abstract record AuthenticatedCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation);
}

/// <summary>Legal while a folder is selected.</summary>
abstract record SelectedCommand : Command
{
    public abstract ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation);
}
