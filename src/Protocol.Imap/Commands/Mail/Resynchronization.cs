using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>
/// The state of a folder that a reconnecting client knows: the QRESYNC parameter of SELECT (RFC 7162 §3.2.5).
/// </summary>
/// <param name="Known">The UIDs that the client asks about; null for all.</param>
/// <param name="Match">A sample of message numbers and the UIDs that the client has for them; null for none.</param>
sealed record Resynchronization(uint UidValidity, ModSeq Since, SequenceSet? Known, SequenceMatch? Match)
{
    static readonly SequenceSet AllUids = new([new(1, uint.MaxValue)]);

    /// <summary>"(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")" (RFC 7162 §7)</summary>
    public static Resynchronization Parse(ref CommandParser parser)
    {
        parser.Open();
        var uidValidity = parser.NzNumber();
        parser.Sp();
        var since = new ModSeq(parser.Number64());
        var (known, match) = (default(SequenceSet), default(SequenceMatch));
        var goesOn = parser.TrySp();
        if (goesOn && !parser.IsNext((byte)'('))
        {
            known = parser.KnownSet();
            goesOn = parser.TrySp();
        }
        if (goesOn)
        {
            parser.RefuseNumbers();
            match = SequenceMatch.Parse(ref parser);
        }
        parser.Close();
        return new(uidValidity, since, known, match);
    }

    /// <summary>Reports the messages that have vanished or changed since, if UIDVALIDITY is still the same.</summary>
    public async ValueTask TellAsync(SelectedContext context, CancellationToken cancellation)
    {
        var (folder, writer) = (context.Folder, context.Writer);
        if (folder.View.UidValidity.Value != UidValidity)
        {
            return;
        }
        var known = Known ?? AllUids;
        await context.TellVanishedAsync(known, Since, Match?.LastMatch(folder.View), cancellation);
        foreach (var message in folder.Resolve(known, Numbering.Uids).ChangedSince(Since))
        {
            writer.Fetch(folder, message);
            await writer.FlushIfLargeAsync(cancellation);
        }
    }
}
