using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>CHECK (RFC 3501 §6.4.1): nothing is left to write, so it polls for changes like NOOP.</summary>
sealed record CheckCommand : SelectedCommand
{
    // check = "CHECK"
    public static CheckCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        await context.Folder.RefreshAsync(cancellation);
        return Completion.Ok("CHECK completed");
    }
}
