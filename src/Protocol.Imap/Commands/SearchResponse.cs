using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>What a SEARCH has found, as it is told and as it is kept.</summary>
/// <param name="Uids">Ascending, all within the view.</param>
/// <param name="TellsModSeq">Whether the highest mod-sequence of what is found is told too.</param>
sealed record SearchResponse(FolderSnapshot View, IReadOnlyList<Uid> Uids, Numbering Numbering, bool TellsModSeq)
{
    // imaplib gives up on longer lines, and programs that use it look at the first line alone, so a line ends as late as possible.
    const int LineOctets = 900_000;

    /// <summary>mailbox-data = "SEARCH" *(SP nz-number) [SP search-sort-mod-seq]; several such lines add up.</summary>
    public async ValueTask WritePlainAsync(ResponseWriter writer, CancellationToken cancellation)
    {
        writer.Untagged().Atom("SEARCH"u8);
        var length = 0;
        foreach (var uid in Uids)
        {
            if (length > LineOctets)
            {
                writer.CrLf().Untagged().Atom("SEARCH"u8);
                length = 0;
            }
            var number = NumberOf(uid);
            writer.Sp().Number(number);
            length += 2 + (int)Math.Log10(number);
            await writer.FlushIfLargeAsync(cancellation);
        }
        if (TellsModSeq && Uids.Count > 0)
        {
            // search-sort-mod-seq = "(" "MODSEQ" SP mod-sequence-value ")" (RFC 7162 §7)
            writer.Sp().Atom("(MODSEQ "u8).Number(HighestModSeq(Uids)).Close();
        }
        writer.CrLf();
    }

    /// <summary>esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data) (RFC 4466 §2.6.2, RFC 4731 §3.1)</summary>
    public async ValueTask WriteExtendedAsync(ResponseWriter writer, string tag, SearchReturn wanted, CancellationToken cancellation)
    {
        writer.Untagged().Atom("ESEARCH (TAG "u8).String(tag).Close();
        if (Numbering is Numbering.Uids)
        {
            writer.Atom(" UID"u8);
        }
        // Without a match there is neither a least nor a greatest, and no set can be empty.
        if (wanted.HasFlag(SearchReturn.Min) && Uids.Count > 0)
        {
            writer.Atom(" MIN "u8).Number(NumberOf(Uids[0]));
        }
        if (wanted.HasFlag(SearchReturn.Max) && Uids.Count > 0)
        {
            writer.Atom(" MAX "u8).Number(NumberOf(Uids[^1]));
        }
        if (wanted.HasFlag(SearchReturn.Count))
        {
            writer.Atom(" COUNT "u8).Number(Uids.Count);
        }
        if (wanted.HasFlag(SearchReturn.All) && Uids.Count > 0)
        {
            writer.Atom(" ALL "u8);
            await writer.SetAsync(NumberRuns.Of(Uids.Select(NumberOf)), cancellation);
        }
        if (TellsModSeq && Uids.Count > 0)
        {
            writer.Atom(" MODSEQ "u8).Number(HighestModSeq(Chosen(wanted)));
        }
        writer.CrLf();
    }

    /// <summary>
    /// The UIDs that <c>$</c> stands for afterwards, and whose mod-sequence counts: with MIN or MAX alone only those (RFC 5182 §2.4, RFC 4731 §3.2).
    /// </summary>
    public IEnumerable<Uid> Chosen(SearchReturn wanted)
    {
        var isOfEnds = (wanted & (SearchReturn.Min | SearchReturn.Max)) != 0 && (wanted & (SearchReturn.All | SearchReturn.Count)) == 0;
        return isOfEnds ? Ends(wanted) : Uids;
    }

    /// <summary>The first, the last or both, ascending and none twice.</summary>
    IEnumerable<Uid> Ends(SearchReturn wanted)
    {
        if (Uids.Count == 0)
        {
            yield break;
        }
        if (wanted.HasFlag(SearchReturn.Min))
        {
            yield return Uids[0];
        }
        if (wanted.HasFlag(SearchReturn.Max) && (Uids.Count > 1 || !wanted.HasFlag(SearchReturn.Min)))
        {
            yield return Uids[^1];
        }
    }

    long HighestModSeq(IEnumerable<Uid> uids) => uids.Max(uid => View[View.IndexOf(uid)].ModSeq.Value);

    uint NumberOf(Uid uid) => Numbering is Numbering.Uids ? uid.Value : (uint)View.IndexOf(uid) + 1;
}
