using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>Copies and moves entries, all or none. A copy is a second entry of the same message.</summary>
public sealed class Copies
{
    // The UIDs are numbered before the insert, so that the result can pair source and copy.
    const string InsertTemplate = """
        with source as materialized (
            select uid, $4 + row_number() over (order by uid) - 1 as copy, message_id, flags, keyword_ids, size, internal_at
            from entries e where {0}),
        inserted as (
            insert into entries (inbox_id, folder_id, uid, message_id, flags, keyword_ids, modseq, size, internal_at, saved_at)
            select $1, $3, copy, message_id, flags, keyword_ids, $5, size, internal_at, $6 from source order by uid)
        select uid, copy, flags, keyword_ids from source order by uid
        """;

    readonly Writer _writer;
    readonly Spool _spool;

    internal Copies(Writer writer, Spool spool)
    {
        _writer = writer;
        _spool = spool;
    }

    /// <summary>
    /// Copies those of the UIDs (ascending) that exist, with flags, keywords and internal date. In Sent, a message that
    /// was just submitted gets the UID of that copy, as in <see cref="Appends.AppendAsync"/>. Throws
    /// StoreRefusedException: FolderNotFound, KeywordLimit, DraftLimit, OverQuota (only into Sent).
    /// </summary>
    public Task<CopyResult> CopyAsync(FolderKey source, ReadOnlyMemory<Uid> uids, FolderId destination, CancellationToken cancellation) =>
        RunAsync(
            source,
            uids,
            destination,
            (transaction, from, to, copied, _) =>
            {
                transaction.Notes.Tell(EventType.MessageCopied, to, copied.New, from.Name);
                return Task.CompletedTask;
            },
            cancellation);

    /// <summary>Moves those of the UIDs (ascending) that exist. Moving into the same folder assigns new UIDs.</summary>
    public Task<CopyResult> MoveAsync(FolderKey source, ReadOnlyMemory<Uid> uids, FolderId destination, CancellationToken cancellation) =>
        RunAsync(source, uids, destination, EndMoveAsync, cancellation);

    Task<CopyResult> RunAsync(
        FolderKey source,
        ReadOnlyMemory<Uid> uids,
        FolderId destination,
        Func<WriteTransaction, FolderWrite, FolderWrite, CopyResult, CancellationToken, Task> afterwards,
        CancellationToken cancellation) =>
        _writer.RunAsync(
            source.Inbox,
            async (transaction, token) =>
            {
                var from = await transaction.LockFolderAsync(source, token);
                var to = await transaction.OpenFolderAsync(from.Inbox, destination, token);
                if (uids.IsEmpty)
                {
                    return new CopyResult(to.UidValidity, [], [], to.Before, to.Before);
                }
                var firstNew = to.UidNext;
                var ownCopies = to.Name == FolderName.Sent && from != to ? new CopiesIntoSent(transaction, from, to, _spool) : null;
                var result = ownCopies is null
                    ? await CopyAsync(transaction, from, UidFilter.Of(uids.Span), to, token)
                    : await CopyAsync(transaction, from, uids, to, ownCopies, token);
                result = result with { FirstNew = firstNew };
                if (result.Source.Count == 0)
                {
                    return result with { ModSeq = to.Before };
                }
                await afterwards(transaction, from, to, result, token);
                if (ownCopies is not null)
                {
                    await ownCopies.LoseMergedAsync(token);
                }
                result = result with { ModSeq = from.IsTouched || to.IsTouched ? to.ModSeq : to.Before };
                await transaction.CommitAsync();
                return result;
            },
            cancellation);

    static async Task EndMoveAsync(WriteTransaction transaction, FolderWrite from, FolderWrite to, CopyResult moved, CancellationToken cancellation)
    {
        await Removal.RemoveAsync(transaction, from, [.. moved.Source], cancellation);
        if (to.Name == FolderName.Trash && from.Name != FolderName.Trash)
        {
            // Many clients delete by moving to Trash.
            transaction.Notes.TellRemoved(from, moved.Source);
        }
        else
        {
            transaction.Notes.Tell(EventType.MessageMoved, to, moved.New, from.Name);
        }
    }

    /// <summary>Copies messages into Sent: first those that Sent may have already, then the others.</summary>
    static async Task<CopyResult> CopyAsync(
        WriteTransaction transaction, FolderWrite from, ReadOnlyMemory<Uid> uids, FolderWrite sent, CopiesIntoSent ownCopies, CancellationToken cancellation)
    {
        var own = await ownCopies.CopyAsync(UidFilter.Of(uids.Span), cancellation);
        if (own.Count == 0)
        {
            return await CopyAsync(transaction, from, UidFilter.Of(uids.Span), sent, cancellation);
        }
        var pairs = own.ToDictionary(pair => pair.Source, pair => pair.Destination);
        var others = uids.ToArray().Where(uid => !pairs.ContainsKey(uid)).ToArray();
        if (others is not [])
        {
            var copied = await CopyAsync(transaction, from, UidFilter.Of(others), sent, cancellation);
            foreach (var (source, destination) in copied.Source.Zip(copied.Destination))
            {
                pairs.Add(source, destination);
            }
        }
        var ordered = pairs.OrderBy(pair => pair.Key).ToList();
        return new(sent.UidValidity, [.. ordered.Select(pair => pair.Key)], [.. ordered.Select(pair => pair.Value)], sent.ModSeq, sent.Before);
    }

    /// <summary>Copies entries of a folder. Assigns and records the UIDs of the copies.</summary>
    internal static async Task<CopyResult> CopyAsync(
        WriteTransaction transaction, FolderWrite from, UidFilter filter, FolderWrite to, CancellationToken cancellation)
    {
        var source = new List<Uid>();
        var copies = new List<Uid>();
        await using (var command = transaction.Connection.Command(
            InsertTemplate.Replace("{0}", filter.Rows("entries", "e", 7), StringComparison.Ordinal),
            [
                from.Key.Inbox.Value, from.Key.Folder.Value, to.Key.Folder.Value, (long)to.UidNext.Value, to.ModSeq.Value, transaction.Now,
                .. filter.Values,
            ]))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                source.Add(new((uint)reader.GetInt64(0)));
                copies.Add(to.TakeUids(1));
                var keywords = reader.IsDBNull(3) ? null : reader.GetFieldValue<int[]>(3);
                to.AddChanged(new(copies[^1], (SystemFlags)reader.GetInt32(2), keywords));
            }
        }
        await transaction.CheckKeywordLimitAsync(to, [], cancellation);
        await transaction.CheckDraftLimitAsync(to, 0, cancellation);
        return new(to.UidValidity, source, copies, to.ModSeq, to.Before);
    }
}

/// <summary>
/// Parallel lists: <c>Source[i]</c> became <c>Destination[i]</c>. The source is ascending. The destination is too,
/// unless Sent had some of the messages already.
/// </summary>
/// <param name="ModSeq">Mod-sequence of the destination after the copy.</param>
/// <param name="Before">Mod-sequence of the destination before the copy.</param>
public sealed record CopyResult(UidValidity UidValidity, IReadOnlyList<Uid> Source, IReadOnlyList<Uid> Destination, ModSeq ModSeq, ModSeq Before)
{
    /// <summary>The first UID that the destination had not assigned before.</summary>
    internal Uid FirstNew { get; init; }

    /// <summary>UIDs that are new in the destination, ascending.</summary>
    internal IReadOnlyList<Uid> New => [.. Destination.Where(uid => uid >= FirstNew).Distinct().Order()];
}
