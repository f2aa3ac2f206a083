using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>LOGOUT (RFC 9051 §6.1.3).</summary>
sealed record LogoutCommand : AnyStateCommand
{
    // logout = "LOGOUT"
    public static LogoutCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation)
    {
        context.Writer.Bye(null, "Logging out");
        return new(Completion.Ok("LOGOUT completed") with { EndsSession = true });
    }
}
