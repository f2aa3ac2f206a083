using System.Buffers;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Adds messages that a client copies or moves into Sent, so that Sent has a submitted message and the client's own
/// copy only once. Claws Mail, for example, first stores its copy in another folder. One use per instance, under the
/// lock.
/// </summary>
sealed class CopiesIntoSent(WriteTransaction transaction, FolderWrite from, FolderWrite sent, Spool spool)
{
    // A client copies its own messages one by one or in small groups. Larger groups are a migration, in which every
    // message must be kept.
    const int MaxCopies = 20;

    const int BufferBytes = 64 * 1024;

    readonly List<MessageId> _merged = [];

    /// <summary>
    /// Copies those of the messages that may be copies of submitted ones. Returns their UIDs in the source, ascending,
    /// and in Sent. The caller copies all others. Throws StoreRefusedException: OverQuota, KeywordLimit.
    /// </summary>
    public async Task<IReadOnlyList<(Uid Source, Uid Destination)>> CopyAsync(UidFilter filter, CancellationToken cancellation)
    {
        var candidates = await FindAsync(filter, cancellation);
        if (candidates.Count is 0 or > MaxCopies)
        {
            return [];
        }
        var copies = new List<SentCopy>(candidates.Count);
        foreach (var (_, filing) in candidates)
        {
            await using var message = await ReadAsync(filing, cancellation);
            // The message has another entry, so it must stay even if Sent shows another copy.
            copies.Add(await SentCopy.OfAsync(filing, message, transaction.Now, cancellation) with { IsQueued = true });
        }
        // Adding to Sent counts each new entry as a new message, but the inbox has these messages already.
        sent.Inbox.CountUsage(default(InboxUsage) - UsageOf(candidates.Select(candidate => candidate.Filing)));
        var firstNew = sent.UidNext;
        var filed = await new OneCopyInSent(transaction, sent, SentOrigin.Copy).FileAsync(copies, cancellation);
        var placed = new List<(Uid, Uid)>(filed.Count);
        foreach (var ((source, filing), (uid, message)) in candidates.Zip(filed))
        {
            placed.Add((source, uid));
            if (message != filing.Message)
            {
                _merged.Add(filing.Message);
            }
        }
        sent.Inbox.CountUsage(UsageOf(candidates.Zip(filed).Where(pair => pair.Second.Uid < firstNew).Select(pair => pair.First.Filing)));
        return placed;
    }

    /// <summary>
    /// Subtracts from the usage those messages that Sent shows as another copy. Call it after the entries of moved
    /// messages have been removed.
    /// </summary>
    public async Task LoseMergedAsync(CancellationToken cancellation)
    {
        if (_merged.Count == 0)
        {
            return;
        }
        await using var command = transaction.Connection.Command(
            """
            select count(*), coalesce(sum(size), 0)::bigint from (
                select m.size from unnest($2::uuid[]) wanted cross join lateral (
                    select * from messages x where x.inbox_id = $1 and x.message_id = wanted offset 0) m
                where (select true from entries e where e.message_id = wanted limit 1) is null) gone
            """,
            from.Key.Inbox.Value, _merged.Distinct().Select(message => message.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        from.Inbox.CountUsage(default(InboxUsage) - new InboxUsage(reader.GetInt64(0), reader.GetInt64(1)));
    }

    /// <summary>
    /// Finds messages that were stored within the window, which a submission may follow; and all others if there was a
    /// submission within the window. Returns at most one more than can be copies.
    /// </summary>
    async Task<List<(Uid Uid, Filing Filing)>> FindAsync(UidFilter filter, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            $"""
            select uid, message_id, flags, keyword_ids, size, internal_at from entries e
            where {filter.Rows("entries", "e", 5)}
                and (saved_at > $3 or (select true from sent_copies s where s.inbox_id = $1 and s.submitted_at > $3 limit 1))
            order by uid limit $4
            """,
            [from.Key.Inbox.Value, from.Key.Folder.Value, transaction.Now - OneCopyInSent.Window, MaxCopies + 1, .. filter.Values]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(Uid, Filing)>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add((new((uint)reader.GetInt64(0)), new(
                new(reader.GetGuid(1)),
                (SystemFlags)reader.GetInt32(2),
                from.Inbox.Keywords.SetOf(reader.IsDBNull(3) ? null : reader.GetFieldValue<int[]>(3)),
                reader.GetInt64(4),
                reader.GetDateTime(5))));
        }
        return found;
    }

    static InboxUsage UsageOf(IEnumerable<Filing> filings) => filings.Aggregate(default(InboxUsage), (sum, filing) => sum + new InboxUsage(1, filing.Octets));

    async Task<IncomingMessage> ReadAsync(Filing filing, CancellationToken cancellation)
    {
        var message = new IncomingMessage(spool);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var chunk = 0; chunk * (long)MessageChunks.Octets < filing.Octets; chunk++)
            {
                await using var command = transaction.Connection.Command(
                    chunk == 0
                        ? "select octets from messages where inbox_id = $1 and message_id = $2"
                        : "select octets from message_chunks where inbox_id = $1 and message_id = $2 and chunk = $3",
                    [from.Key.Inbox.Value, filing.Message.Value, .. chunk == 0 ? (object[])[] : [chunk]]);
                await using var reader = await command.ExecuteReaderAsync(cancellation);
                if (!await reader.ReadAsync(cancellation))
                {
                    break;
                }
                await using var octets = await reader.GetStreamAsync(0, cancellation);
                while (await octets.ReadAsync(buffer, cancellation) is > 0 and var read)
                {
                    await message.WriteAsItIsAsync(buffer.AsMemory(0, read), cancellation);
                }
            }
            await message.CompleteAsync(cancellation);
            return message;
        }
        catch
        {
            await message.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
