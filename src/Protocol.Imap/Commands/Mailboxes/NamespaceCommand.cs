using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>NAMESPACE (RFC 9051 §6.3.10, RFC 2342): one personal namespace without a prefix.</summary>
sealed record NamespaceCommand : AuthenticatedCommand
{
    // namespace-command = "NAMESPACE"
    public static NamespaceCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        context.Writer.Untagged().Atom("NAMESPACE ((\"\" \"/\")) NIL NIL"u8).CrLf();
        return new(Completion.Ok("NAMESPACE completed"));
    }
}
