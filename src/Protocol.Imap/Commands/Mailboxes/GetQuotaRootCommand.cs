using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// GETQUOTAROOT (RFC 9208 §4.1.2). The mailbox need not exist. If an inbox has no limits, no mailbox has a quota root.
/// </summary>
sealed record GetQuotaRootCommand(FolderName Mailbox) : AuthenticatedCommand
{
    // getquotaroot = "GETQUOTAROOT" SP mailbox
    public static GetQuotaRootCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var mailbox = parser.Mailbox();
        parser.End();
        return new(mailbox);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        // quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name)
        context.Writer.Untagged().Atom("QUOTAROOT "u8).Mailbox(Mailbox);
        if (context.Store.Quotas.Capacity.IsUnlimited)
        {
            context.Writer.CrLf();
        }
        else
        {
            context.Writer.Sp().String(QuotaResponse.Root).CrLf();
            await QuotaResponse.WriteAsync(context, cancellation);
        }
        return Completion.Ok("GETQUOTAROOT completed");
    }
}
