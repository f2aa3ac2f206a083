using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Mail;

/// <summary>STORE and UID STORE (RFC 9051 §6.4.6, §6.4.9), also conditional (RFC 7162 §3.1.3).</summary>
/// <param name="UnchangedSince">Messages that changed after this mod-sequence are not changed; null for no
/// condition.</param>
sealed record StoreCommand(SequenceSet Set, FlagChange Change, ModSeq? UnchangedSince, Telling Telling, Numbering Numbering) : SelectedCommand
{
    // store = "STORE" SP sequence-set [SP "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")"] SP store-att-flags
    public static StoreCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / store / …)
    public static StoreCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        if (UnchangedSince is not null)
        {
            context.Enable(EnabledExtensions.CondStore);
        }
        var uids = context.Folder.Resolve(Set, Numbering).ToUids();
        if (uids.Length == 0)
        {
            return Completion.Ok("No messages to change");
        }
        var result = await context.AwaitAsync(context.Store.FlagChanges.ApplyAsync(context.Folder.Key, uids, Change, UnchangedSince, cancellation), cancellation);
        await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        var refused = result.Refused.ToArray();
        var passed = Array.FindAll(uids, uid => Array.BinarySearch(refused, uid) < 0);
        context.Folder.Announce(new(passed, Change, result.ModSeq, Telling) { Refused = refused });
        if (refused is not [])
        {
            var numbers = refused.Select(uid => Numbering is Numbering.Uids ? uid.Value : (uint)context.Folder.View.IndexOf(uid) + 1);
            return Completion.Ok(ResponseCode.Modified(numbers), "STORE completed; some messages have been changed meanwhile");
        }
        return Numbering is Numbering.SequenceNumbers && context.Folder.AnyVanished(uids)
            ? Completion.Ok(ResponseCode.ExpungeIssued, "STORE completed; some messages are no longer there")
            : Completion.Ok("STORE completed");
    }

    static StoreCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var set = parser.SequenceSet();
        parser.Sp();
        var unchangedSince = ParseCondition(ref parser);
        var mode = ParseMode(ref parser);
        var telling = !parser.TryPrefix(".SILENT"u8) ? Telling.Always : unchangedSince is null ? Telling.ModSeqs : Telling.EveryModSeq;
        parser.Sp();
        var flags = parser.FlagsWithOrWithoutParentheses();
        parser.End();
        return new(set, new(mode, flags.System, flags.Keywords), unchangedSince, telling, numbering);
    }

    /// <summary>store-modifiers = "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")" SP</summary>
    static ModSeq? ParseCondition(ref CommandParser parser)
    {
        if (!parser.TryOpen())
        {
            return null;
        }
        if (!parser.TryAtom("UNCHANGEDSINCE"u8))
        {
            throw parser.Expected("UNCHANGEDSINCE");
        }
        parser.Sp();
        var since = parser.Number64();
        parser.Close();
        parser.Sp();
        return new(since);
    }

    /// <summary>store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))</summary>
    static FlagChangeMode ParseMode(ref CommandParser parser)
    {
        var mode = parser.TryOctet((byte)'+') ? FlagChangeMode.Add : parser.TryOctet((byte)'-') ? FlagChangeMode.Remove : FlagChangeMode.Replace;
        return parser.TryPrefix("FLAGS"u8) ? mode : throw parser.Expected("FLAGS, +FLAGS or -FLAGS");
    }
}
