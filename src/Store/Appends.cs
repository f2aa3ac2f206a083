namespace AgentPost.Store;

/// <summary>Files messages into folders.</summary>
public sealed class Appends
{
    readonly Writer _writer;
    readonly Spool _spool;

    internal Appends(Writer writer, Spool spool)
    {
        _writer = writer;
        _spool = spool;
    }

    /// <summary>Begins a message; the caller writes, completes, appends and disposes it.</summary>
    public IncomingMessage Receive() => new(_spool);

    /// <summary>
    /// Files completed messages, all or none, in order; in Sent a message that was submitted just before gets the UID of that copy,
    /// and in Drafts a new text of a draft keeps the draft's id. Refusals: FolderNotFound,
    /// KeywordLimit.
    /// </summary>
    public Task<AppendResult> AppendAsync(FolderKey folder, IReadOnlyList<AppendItem> items, CancellationToken cancellation) =>
        _writer.RunAsync(
            async (transaction, token) =>
            {
                await using var insertion = new MessageInsertion(transaction);
                var filings = new List<Filing>(items.Count);
                foreach (var item in items)
                {
                    var message = await insertion.AddAsync(folder.Inbox, item.Message, token);
                    filings.Add(new(message, item.Flags, item.Keywords, item.Message.Octets, item.InternalAt));
                }
                await insertion.FlushAsync(token);
                var target = await transaction.LockFolderAsync(folder, token);
                if (target.Name == FolderName.Drafts)
                {
                    foreach (var (filing, item) in filings.Zip(items))
                    {
                        DraftIdentity.Keep(transaction, target, filing, item.Message);
                    }
                }
                var uids = target.Name == FolderName.Sent
                    ? await FileInSentAsync(transaction, target, filings, items, token)
                    : await target.FileAsync(transaction, filings, token);
                await transaction.CommitAsync();
                return new AppendResult(target.UidValidity, uids, target.IsTouched ? target.ModSeq : target.Before);
            },
            cancellation);

    // Only the lock tells that the folder is Sent, so the hash is made under it: a millisecond a megabyte.
    static async Task<IReadOnlyList<Uid>> FileInSentAsync(
        WriteTransaction transaction, FolderWrite sent, List<Filing> filings, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        var copies = new List<SentCopy>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            copies.Add(await SentCopy.OfAsync(filings[i], items[i].Message, transaction.Now, cancellation));
        }
        var filed = await new OneCopyInSent(transaction, sent, SentOrigin.Client).FileAsync(copies, cancellation);
        return [.. filed.Select(entry => entry.Uid)];
    }
}

/// <param name="InternalAt">Null: now.</param>
public sealed record AppendItem(IncomingMessage Message, SystemFlags Flags, KeywordSet Keywords, DateTimeOffset? InternalAt);

public sealed record AppendResult(UidValidity UidValidity, IReadOnlyList<Uid> Uids, ModSeq ModSeq);
