using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>UNSELECT (RFC 9051 §6.4.2, RFC 3691): leaves the selected state without expunging.</summary>
sealed record UnselectCommand : SelectedCommand
{
    // unselect = "UNSELECT"
    public static UnselectCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        context.Deselect();
        return new(Completion.Ok("UNSELECT completed"));
    }
}
