using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Connection;

/// <summary>NOOP (RFC 9051 §6.1.2): polls for changes; always queries the database.</summary>
sealed record NoopCommand : AnyStateCommand
{
    // noop = "NOOP"
    public static NoopCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override async ValueTask<Completion> ExecuteAsync(SessionContext context, CancellationToken cancellation)
    {
        if (context is SelectedContext selected)
        {
            await selected.Folder.RefreshAsync(cancellation);
        }
        return Completion.Ok("NOOP completed");
    }
}
