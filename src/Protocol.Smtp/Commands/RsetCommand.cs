using AgentPost.Protocol.Smtp.Grammar;
using AgentPost.Protocol.Smtp.Session;

namespace AgentPost.Protocol.Smtp.Commands;

/// <summary>RSET (RFC 5321 §4.1.1.5): forgets the transaction.</summary>
sealed record RsetCommand : AnyStateCommand
{
    // rset = "RSET" CRLF
    public static Parsed Parse(ref ArgumentReader arguments) => arguments.IsAtEnd ? new RsetCommand() : Refusals.TakesNoArguments("RSET");

    public override Reply Execute(SessionContext context)
    {
        context.State = context.State is InTransaction transaction ? transaction.Before : context.State;
        return new(250, "2.0.0", "Reset");
    }
}
