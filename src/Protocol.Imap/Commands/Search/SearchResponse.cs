using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Commands.Search;

/// <summary>The results of a SEARCH or SORT: writes the response and saves the results.</summary>
/// <param name="Name">Name of the plain response.</param>
/// <param name="Uids">In the order of the results, all in the view.</param>
/// <param name="TellsModSeq">True if the highest mod-sequence of the results is reported.</param>
sealed record SearchResponse(string Name, FolderSnapshot View, IReadOnlyList<Uid> Uids, Numbering Numbering, bool TellsModSeq)
{
    /// <summary>Writes the response. With SAVE, saves the results.</summary>
    /// <param name="options">Null for a plain response.</param>
    public async ValueTask WriteAsync(SelectedContext context, SearchOptions? options, CancellationToken cancellation)
    {
        if (options is null)
        {
            await WritePlainAsync(context.Writer, cancellation);
            return;
        }
        if (options.HasResponse)
        {
            await WriteExtendedAsync(context.Writer, context.Tag, options, cancellation);
        }
        if (options.Has(SearchReturn.Save))
        {
            context.Folder.Save(Chosen(options).Distinct().Order());
        }
    }

    /// <summary>
    /// mailbox-data = ("SEARCH" / "SORT") *(SP nz-number) [SP search-sort-mod-seq]. One line of any length: of several
    /// lines, many clients read only the first or the last and miss results. imaplib reports an error for more than
    /// 1,000,000 bytes, a limit that programs can raise.
    /// </summary>
    async ValueTask WritePlainAsync(ResponseWriter writer, CancellationToken cancellation)
    {
        writer.Untagged().Atom(Name);
        foreach (var uid in Uids)
        {
            writer.Sp().Number(NumberOf(uid));
            await writer.FlushIfLargeAsync(cancellation);
        }
        if (TellsModSeq && Uids.Count > 0)
        {
            // search-sort-mod-seq = "(" "MODSEQ" SP mod-sequence-value ")" (RFC 7162 §7)
            writer.Sp().Atom("(MODSEQ "u8).Number(HighestModSeq(Uids)).Close();
        }
        writer.CrLf();
    }

    /// <summary>
    /// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data) (RFC 4466 §2.6.2, RFC 4731
    /// §3.1)
    /// </summary>
    async ValueTask WriteExtendedAsync(ResponseWriter writer, string tag, SearchOptions options, CancellationToken cancellation)
    {
        writer.SearchHead(tag, Numbering);
        // Without results, there is no minimum or maximum, and a set cannot be empty.
        if (options.Has(SearchReturn.Min) && Uids.Count > 0)
        {
            writer.Atom(" MIN "u8).Number(NumberOf(Uids[0]));
        }
        if (options.Has(SearchReturn.Max) && Uids.Count > 0)
        {
            writer.Atom(" MAX "u8).Number(NumberOf(Uids[^1]));
        }
        if (options.Has(SearchReturn.Count))
        {
            writer.Atom(" COUNT "u8).Number(Uids.Count);
        }
        if (options.Has(SearchReturn.All) && Uids.Count > 0)
        {
            writer.Atom(" ALL "u8);
            await writer.SetAsync(NumberRuns.Of(Uids.Select(NumberOf)), cancellation);
        }
        if (options.Page is { } page)
        {
            await WritePageAsync(writer, page, cancellation);
        }
        if (TellsModSeq && Uids.Count > 0 && Chosen(options).ToList() is { Count: > 0 } chosen)
        {
            writer.Atom(" MODSEQ "u8).Number(HighestModSeq(chosen));
        }
        writer.CrLf();
    }

    /// <summary>ret-data-partial = "PARTIAL" SP "(" partial-range SP partial-results ")" (RFC 9394 §4)</summary>
    async ValueTask WritePageAsync(ResponseWriter writer, ResultPage page, CancellationToken cancellation)
    {
        writer.Atom(" PARTIAL "u8).Open().Atom(page.Text).Sp();
        var shown = InPage(page);
        if (shown.Count == 0)
        {
            writer.Nil();
        }
        else
        {
            await writer.SetAsync(NumberRuns.Of(shown.Select(NumberOf)), cancellation);
        }
        writer.Close();
    }

    /// <summary>
    /// The UIDs that are saved in <c>$</c>, and whose mod-sequence counts. With only MIN, MAX or PARTIAL, these are the
    /// returned UIDs (RFC 5182 §2.4, RFC 4731 §3.2, RFC 9394 §3.2). May contain duplicates.
    /// </summary>
    IEnumerable<Uid> Chosen(SearchOptions options)
    {
        const SearchReturn Parts = SearchReturn.Min | SearchReturn.Max | SearchReturn.Partial;
        var isOfParts = (options.Return & Parts) != 0 && (options.Return & (SearchReturn.All | SearchReturn.Count)) == 0;
        return isOfParts ? Ends(options).Concat(options.Page is { } page ? InPage(page) : []) : Uids;
    }

    /// <summary>The first UID, the last or both.</summary>
    IEnumerable<Uid> Ends(SearchOptions options)
    {
        if (Uids.Count > 0 && options.Has(SearchReturn.Min))
        {
            yield return Uids[0];
        }
        if (Uids.Count > 0 && options.Has(SearchReturn.Max))
        {
            yield return Uids[^1];
        }
    }

    List<Uid> InPage(ResultPage page)
    {
        var (start, count) = page.Of(Uids.Count).GetOffsetAndLength(Uids.Count);
        return [.. Uids.Skip(start).Take(count)];
    }

    long HighestModSeq(IEnumerable<Uid> uids) => uids.Max(uid => View[View.IndexOf(uid)].ModSeq.Value);

    uint NumberOf(Uid uid) => Numbering is Numbering.Uids ? uid.Value : (uint)View.IndexOf(uid) + 1;
}
