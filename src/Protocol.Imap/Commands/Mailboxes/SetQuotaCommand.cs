using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>
/// SETQUOTA (RFC 9208 §4.1.3). Always rejected: limits are settings of the server, and QUOTASET is not advertised.
/// </summary>
sealed record SetQuotaCommand : AuthenticatedCommand
{
    // setquota = "SETQUOTA" SP quota-root-name SP setquota-list; setquota-list = "(" [setquota-resource *(SP
    // setquota-resource)] ")"
    public static SetQuotaCommand Parse(ref CommandParser parser)
    {
        parser.Sp();
        parser.AString();
        parser.Sp();
        parser.Open();
        if (!parser.TryClose())
        {
            do
            {
                // setquota-resource = resource-name SP resource-limit
                parser.Atom();
                parser.Sp();
                parser.Number64();
            }
            while (parser.TrySp());
            parser.Close();
        }
        parser.End();
        return new();
    }

    public override ValueTask<Completion> ExecuteAsync(AuthenticatedContext context, CancellationToken cancellation) =>
        new(Completion.No(ResponseCode.NoPerm, "Limits are set by who runs the server"));
}
