using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>One command with its data. Its base type says in which state it may run; the loop hands that state over.</summary>
abstract record SmtpCommand;

/// <summary>Runs in any state.</summary>
abstract record AnyStateCommand : SmtpCommand
{
    public abstract Reply Execute(SessionContext context);
}

/// <summary>Runs between EHLO and login.</summary>
abstract record GreetedCommand : SmtpCommand
{
    public abstract ValueTask<Reply> ExecuteAsync(SessionContext context, Greeted state, CancellationToken cancellation);
}

/// <summary>Runs when mail may come and no mail transaction is open.</summary>
abstract record ReadyCommand : SmtpCommand
{
    public abstract ValueTask<Reply> ExecuteAsync(SessionContext context, Ready state, CancellationToken cancellation);
}

/// <summary>Runs between MAIL and the end of DATA.</summary>
abstract record TransactionCommand : SmtpCommand
{
    public abstract ValueTask<Reply> ExecuteAsync(SessionContext context, InTransaction state, CancellationToken cancellation);
}
