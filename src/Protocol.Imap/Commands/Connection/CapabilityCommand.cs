using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>CAPABILITY (RFC 9051 §6.1.1).</summary>
sealed record CapabilityCommand : AnyStateCommand
{
    // capability = "CAPABILITY"
    public static CapabilityCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation)
    {
        context.Writer.Untagged().Atom("CAPABILITY "u8).Atom(context.Capabilities).CrLf();
        return new(Completion.Ok("CAPABILITY completed"));
    }
}
