using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>An inserted message that gets an entry.</summary>
/// <param name="InternalAt">Null: now.</param>
sealed record Filing(MessageId Message, SystemFlags Flags, KeywordSet Keywords, long Octets, DateTimeOffset? InternalAt);

/// <summary>Inserts the entries of inserted messages.</summary>
static class Filings
{
    // Keyword sets differ in length, and a Postgres array of arrays cannot hold them, so they are sent as text.
    const string InsertSql = """
        insert into entries (inbox_id, folder_id, uid, message_id, flags, keyword_ids, modseq, size, internal_at, saved_at)
        select $1, $2, $3 + ordinal - 1, message_id, flags, keyword_ids::int[], $4, size, internal_at, $5
        from unnest($6::uuid[], $7::int[], $8::text[], $9::bigint[], $10::timestamptz[])
            with ordinality as filing (message_id, flags, keyword_ids, size, internal_at, ordinal)
        """;

    /// <summary>Removes the plus tags that the folder has no room for. The server's own keywords always fit.</summary>
    public static async Task<Filing> FittedAsync(this Filing filing, WriteTransaction transaction, FolderWrite folder, CancellationToken cancellation) =>
        filing with { Keywords = await TagBudget.FitAsync(transaction, folder, filing.Keywords, cancellation) };

    /// <summary>
    /// Appends messages to the folder, in order; the statement is sent with the commit. Returns their UIDs. Throws
    /// StoreRefusedException: OverQuota, KeywordLimit, DraftLimit.
    /// </summary>
    public static async Task<IReadOnlyList<Uid>> FileAsync(
        this FolderWrite folder, WriteTransaction transaction, IReadOnlyList<Filing> filings, CancellationToken cancellation)
    {
        await transaction.CheckDraftLimitAsync(folder, filings.Count, cancellation);
        transaction.TakeRoom(folder.Inbox, new(filings.Count, filings.Sum(filing => filing.Octets)));
        var first = folder.TakeUids(filings.Count);
        var uids = new Uid[filings.Count];
        var keywords = new int[filings.Count][];
        for (var i = 0; i < uids.Length; i++)
        {
            uids[i] = new(first.Value + (uint)i);
            keywords[i] = folder.Inbox.NumbersOf(filings[i].Keywords) ?? [];
            folder.AddChanged(new(uids[i], filings[i].Flags, keywords[i]));
        }
        var added = keywords.SelectMany(set => set).Distinct().ToArray();
        if (added.Length > 0)
        {
            await transaction.CheckKeywordLimitAsync(folder, added, cancellation);
        }
        transaction.AtCommit(
            InsertSql,
            folder.Key.Inbox.Value,
            folder.Key.Folder.Value,
            (long)first.Value,
            folder.ModSeq.Value,
            transaction.Now,
            filings.Select(filing => filing.Message.Value).ToArray(),
            filings.Select(filing => (int)filing.Flags).ToArray(),
            keywords.Select(set => set is [] ? null : "{" + string.Join(',', set) + "}").ToArray(),
            filings.Select(filing => filing.Octets).ToArray(),
            filings.Select(filing => filing.InternalAt?.ToUniversalTime() ?? transaction.Now).ToArray());
        return uids;
    }
}
