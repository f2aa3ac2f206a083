using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>GETQUOTA (RFC 9208 §4.1.1).</summary>
sealed record GetQuotaCommand(string Root) : AuthenticatedCommand
{
    // getquota = "GETQUOTA" SP quota-root-name; quota-root-name = astring
    public static GetQuotaCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        var root = parser.AString();
        parser.End();
        return new(root);
    }

    public override async ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation)
    {
        if (Root != QuotaResponse.Root || context.Store.Quotas.Capacity.IsUnlimited)
        {
            return Completion.No(ResponseCode.NonExistent, "There is no such quota root; GETQUOTAROOT names the roots");
        }
        await QuotaResponse.WriteAsync(context, cancellation);
        return Completion.Ok("GETQUOTA completed");
    }
}
