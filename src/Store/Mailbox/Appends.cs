using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>Appends messages to folders.</summary>
public sealed class Appends
{
    readonly Writer _writer;
    readonly Spool _spool;
    readonly UnconfirmedAppends _unconfirmed;

    internal Appends(Database database, Writer writer, Spool spool)
    {
        _unconfirmed = new(database);
        _writer = writer;
        _spool = spool;
    }

    /// <summary>
    /// Starts receiving a message. The caller writes, completes, appends and disposes it. Writing throws
    /// StoreFullException if the disk is full or almost full.
    /// </summary>
    public IncomingMessage Receive() => new(_spool) { NeedsFreeDisk = true };

    /// <summary>
    /// Creates a spool that bounds the memory of several messages appended together. The caller disposes it after them.
    /// </summary>
    public AppendSpool CreateSpool() => new(_spool);

    /// <summary>Creates a file for other content being received. The caller disposes it.</summary>
    public SpoolFile CreateSpoolFile() => new(_spool);

    /// <summary>
    /// Appends completed messages, all or none, in order. In Sent, a message that was just submitted gets the UID of
    /// that copy; in Drafts, a new version of a draft keeps the draft's id. If a client repeats an append whose outcome
    /// was unknown (<see cref="StoreUnavailableException.MayHaveCommitted"/>), returns the result of the first one if
    /// it was committed. Throws StoreRefusedException: FolderNotFound, KeywordLimit, DraftLimit, OverQuota.
    /// </summary>
    public async Task<AppendResult> AppendAsync(
        FolderKey folder, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        if (await _unconfirmed.FindAsync(folder, items, cancellation) is { } first)
        {
            return first;
        }
        (AppendResult Result, List<Filing> Filings)? tried = null;
        try
        {
            return await TryAppendAsync(folder, items, (result, filings) => tried = (result, filings), cancellation);
        }
        catch (StoreUnavailableException unavailable) when (unavailable.MayHaveCommitted && tried is not null)
        {
            var messages = tried.Value.Filings.Select(filing => filing.Message);
            await _unconfirmed.AddAsync(folder, items, tried.Value.Result, messages, CancellationToken.None);
            throw;
        }
    }

    Task<AppendResult> TryAppendAsync(
        FolderKey folder, IReadOnlyList<AppendItem> items, Action<AppendResult, List<Filing>> onFiled,
        CancellationToken cancellation) =>
        _writer.RunAsync(
            folder.Inbox,
            async (transaction, token) =>
            {
                var (filings, target) = await InsertAndLockAsync(transaction, folder, items, token);
                if (target.Name == FolderName.Drafts)
                {
                    foreach (var (filing, item) in filings.Zip(items))
                    {
                        await item.Message.RestoreAsync(token);
                        DraftIdentity.Keep(transaction, target, filing, item.Message);
                        item.Message.Forget();
                    }
                }
                var result = await FileAsync(transaction, target, filings, items, token);
                onFiled(result, filings);
                await transaction.CommitAsync();
                return result;
            },
            cancellation);

    /// <summary>
    /// Appends a completed message like <see cref="AppendAsync"/> and expunges another, both or neither. A message that
    /// replaces a draft in Drafts keeps the draft's id. Throws StoreRefusedException: FolderNotFound, KeywordLimit,
    /// DraftLimit, OverQuota, EntryVanished.
    /// </summary>
    public Task<AppendResult> ReplaceAsync(FolderKey folder, Uid replaced, FolderId destination, AppendItem item, CancellationToken cancellation) =>
        _writer.RunAsync(
            folder.Inbox,
            async (transaction, token) =>
            {
                var (filings, source) = await InsertAndLockAsync(transaction, folder, [item], token);
                var target = await transaction.OpenFolderAsync(source.Inbox, destination, token);
                // Remove first. Otherwise, in Sent, the new message could count as a copy of the one it replaces.
                await Removal.RemoveAsync(transaction, source, [replaced], token);
                if (source.Expunged.Count == 0)
                {
                    throw new StoreRefusedException(Refusal.EntryVanished, "The message to replace has been expunged.");
                }
                await Removal.FallAsync(transaction, source, token);
                transaction.Notes.TellRemoved(source, source.Expunged);
                if (source == target && target.Name == FolderName.Drafts)
                {
                    DraftIdentity.HandOn(transaction, target, replaced, filings[0]);
                }
                var result = await FileAsync(transaction, target, filings, [item], token);
                await transaction.CommitAsync();
                return result with { ModSeq = source.ModSeq };
            },
            cancellation);

    internal static async Task<List<Filing>> InsertAsync(
        WriteTransaction transaction, InboxId inbox, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        await using var insertion = new MessageInsertion(transaction);
        var filings = await AddAsync(insertion, inbox, items, cancellation);
        await insertion.FlushAsync(cancellation);
        return filings;
    }

    /// <summary>Inserts the messages, then locks the inbox and opens the folder.</summary>
    internal static async Task<(List<Filing> Filings, FolderWrite Folder)> InsertAndLockAsync(
        WriteTransaction transaction, FolderKey folder, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        await using var insertion = new MessageInsertion(transaction);
        var filings = await AddAsync(insertion, folder.Inbox, items, cancellation);
        return (filings, await insertion.FlushAndLockAsync(folder, cancellation));
    }

    static async Task<List<Filing>> AddAsync(
        MessageInsertion insertion, InboxId inbox, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        var filings = new List<Filing>(items.Count);
        foreach (var item in items)
        {
            var message = await insertion.AddAsync(inbox, item.Message, cancellation);
            filings.Add(new(message, item.Flags, item.Keywords, item.Message.Octets, item.InternalAt));
        }
        return filings;
    }

    static async Task<AppendResult> FileAsync(
        WriteTransaction transaction, FolderWrite target, List<Filing> filings, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        var uids = target.Name == FolderName.Sent
            ? await FileInSentAsync(transaction, target, filings, items, cancellation)
            : await FileElsewhereAsync(transaction, target, filings, cancellation);
        return new(target.UidValidity, uids, target.IsTouched ? target.ModSeq : target.Before, target.Before);
    }

    static async Task<IReadOnlyList<Uid>> FileElsewhereAsync(
        WriteTransaction transaction, FolderWrite target, List<Filing> filings, CancellationToken cancellation)
    {
        var uids = await target.FileAsync(transaction, filings, cancellation);
        transaction.Notes.Tell(target.Name == FolderName.Drafts ? EventType.DraftCreated : EventType.MessageAppended, target, uids);
        return uids;
    }

    // Only the lock shows that the folder is Sent, so the hash is computed under it: a millisecond per megabyte.
    static async Task<IReadOnlyList<Uid>> FileInSentAsync(
        WriteTransaction transaction, FolderWrite sent, List<Filing> filings, IReadOnlyList<AppendItem> items, CancellationToken cancellation)
    {
        var copies = new List<SentCopy>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            await items[i].Message.RestoreAsync(cancellation);
            copies.Add(await SentCopy.OfAsync(filings[i], items[i].Message, transaction.Now, cancellation));
            items[i].Message.Forget();
        }
        var filed = await new OneCopyInSent(transaction, sent, SentOrigin.Client).FileAsync(copies, cancellation);
        return [.. filed.Select(entry => entry.Uid)];
    }
}

/// <param name="InternalAt">Null: now.</param>
public sealed record AppendItem(IncomingMessage Message, SystemFlags Flags, KeywordSet Keywords, DateTimeOffset? InternalAt);

/// <param name="ModSeq">Mod-sequence of the folder after the append.</param>
/// <param name="Before">Mod-sequence of the folder before the append.</param>
public sealed record AppendResult(UidValidity UidValidity, IReadOnlyList<Uid> Uids, ModSeq ModSeq, ModSeq Before);
