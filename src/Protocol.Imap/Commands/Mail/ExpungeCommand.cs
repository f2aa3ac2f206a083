using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1).</summary>
/// <param name="Uids">Null for every message marked <c>\Deleted</c>.</param>
sealed record ExpungeCommand(SequenceSet? Uids) : SelectedCommand
{
    // expunge = "EXPUNGE"
    public static ExpungeCommand Parse(ref CommandParser parser)
    {
        parser.End();
        return new((SequenceSet?)null);
    }

    // uid-expunge = "UID" SP "EXPUNGE" SP sequence-set
    public static ExpungeCommand ParseUid(ref CommandParser parser)
    {
        parser.Sp();
        var uids = parser.SequenceSet();
        parser.End();
        return new(uids);
    }

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        // A bare null would be converted to an empty array, and so to an empty memory.
        var uids = Uids is null ? default(ReadOnlyMemory<Uid>?) : context.Folder.Resolve(Uids, Numbering.Uids).ToUids();
        if (uids is not { Length: 0 })
        {
            var expunged = await context.AwaitAsync(context.Store.Expunges.ExpungeDeletedAsync(context.Folder.Key, uids, cancellation), cancellation);
            await context.Folder.CatchUpAsync(cancellation);
            if (expunged.Count > 0 && context.Enabled.HasFlag(EnabledExtensions.CondStore))
            {
                // All changes up to here are reported before this line (RFC 7162 §3.2.7).
                return Completion.Ok(ResponseCode.HighestModSeq(context.Folder.NewestModSeq), "EXPUNGE completed");
            }
        }
        return Completion.Ok("EXPUNGE completed");
    }
}
