using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>STORE and UID STORE (RFC 9051 §6.4.6, §6.4.9).</summary>
sealed record StoreCommand(SequenceSet Set, FlagChange Change, Telling Telling, Numbering Numbering) : SelectedCommand
{
    // store = "STORE" SP sequence-set SP store-att-flags
    public static StoreCommand Parse(ref CommandParser parser) => Parse(ref parser, Numbering.SequenceNumbers);

    // uid = "UID" SP (… / store / …)
    public static StoreCommand ParseUid(ref CommandParser parser) => Parse(ref parser, Numbering.Uids);

    public override async ValueTask<Completion> ExecuteAsync(SelectedContext context, CancellationToken cancellation)
    {
        var uids = context.Folder.Resolve(Set, Numbering).ToUids();
        if (uids.Length == 0)
        {
            return Completion.Ok("No messages to change");
        }
        var result = await context.Store.FlagChanges.ApplyAsync(context.Folder.Key, uids, Change, null, cancellation);
        await context.Folder.CatchUpAsync(result.ModSeq, cancellation);
        context.Folder.Announce(new(uids, Change, Telling));
        return Numbering is Numbering.SequenceNumbers && context.Folder.AnyVanished(uids)
            ? Completion.Ok(ResponseCode.ExpungeIssued, "STORE completed; some messages are no longer there")
            : Completion.Ok("STORE completed");
    }

    static StoreCommand Parse(ref CommandParser parser, Numbering numbering)
    {
        parser.Sp();
        var set = parser.SequenceSet();
        parser.Sp();
        var mode = ParseMode(ref parser);
        var telling = parser.TryPrefix(".SILENT"u8) ? Telling.OnlySurprises : Telling.Always;
        parser.Sp();
        var flags = parser.FlagsWithOrWithoutParentheses();
        parser.End();
        return new(set, new(mode, flags.System, flags.Keywords), telling, numbering);
    }

    /// <summary>store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))</summary>
    static FlagChangeMode ParseMode(ref CommandParser parser)
    {
        var mode = parser.TryOctet((byte)'+') ? FlagChangeMode.Add : parser.TryOctet((byte)'-') ? FlagChangeMode.Remove : FlagChangeMode.Replace;
        return parser.TryPrefix("FLAGS"u8) ? mode : throw parser.Expected("FLAGS, +FLAGS or -FLAGS");
    }
}
