using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Outbound;

/// <summary>
/// The transaction that records the results of delivery attempts. It locks inboxes before it writes rows of the queue,
/// in the same order as a copy that replaces another in Sent.
/// </summary>
/// <param name="here">Local inboxes that get <paramref name="copy"/>.</param>
sealed class Settlement(
    QueuedMessage taken, IReadOnlyList<DeliveryAttempt> attempts, IncomingMessage? report, IReadOnlyDictionary<string,
    LocalRecipient> here, IncomingMessage? copy)
{
    readonly DeliveryAttempt[] _ended = [.. attempts.Where(attempt => attempt.End != DeliveryEnd.Delayed)];
    readonly DeliveryAttempt[] _delayed = [.. attempts.Where(attempt => attempt.End == DeliveryEnd.Delayed)];

    // The finished recipients that were still queued, with their addresses.
    readonly Dictionary<QueueId, string> _settled = [];

    public InboxId Inbox => taken.Inbox;

    public async Task RunAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        if (_ended.Length == 0 && report is null)
        {
            // No mail changes, so no inbox is locked.
            await DelayAsync(transaction, cancellation);
            await transaction.CommitAsync();
            return;
        }
        await using var insertion = new MessageInsertion(transaction);
        var filings = await InsertAsync(insertion, cancellation);
        var inboxes = await transaction.LockInboxesAsync(filings.Select(filing => filing.Inbox).Append(taken.Inbox), cancellation);
        var sent = await EndAsync(transaction, cancellation);
        if (await DelayAsync(transaction, cancellation) == 0 && sent is null)
        {
            return;
        }
        if (sent is { } shown)
        {
            var hasFailed = _ended.Any(attempt => attempt.End == DeliveryEnd.Failed);
            await DeliveryState.UpdateAsync(
                transaction, inboxes[taken.Inbox], shown, hasFailed, await IsWaitingAsync(transaction, cancellation), cancellation);
            Tell(transaction, inboxes[taken.Inbox], shown);
        }
        foreach (var (inbox, filing) in filings)
        {
            var folder = await transaction.OpenFixedFolderAsync(inboxes[inbox], FolderName.Inbox, cancellation);
            var uids = await folder.FileAsync(transaction, [await filing.FittedAsync(transaction, folder, cancellation)], cancellation);
            transaction.Notes.Tell(EventType.MessageReceived, folder, uids);
        }
        Suppress(transaction);
        transaction.AtCommit(
            UnnamedMessages.RemoveSql, new[] { taken.Inbox.Value, taken.Inbox.Value }, new[] { taken.Message.Value, taken.Sent.Value });
        await transaction.CommitAsync();
    }

    async Task<List<(InboxId Inbox, Filing Filing)>> InsertAsync(MessageInsertion insertion, CancellationToken cancellation)
    {
        var filings = new List<(InboxId, Filing)>();
        if (report is not null)
        {
            filings.Add((taken.Inbox, new(
                await insertion.AddAsync(taken.Inbox, report, cancellation), SystemFlags.None, PlusTag.Of(taken.ReversePath), report.Octets, null)));
        }
        foreach (var group in here.Values.GroupBy(recipient => recipient.Inbox))
        {
            // The message was deleted with the sender's inbox; locking the inbox then fails.
            if (copy is null)
            {
                break;
            }
            var keywords = group.Aggregate(KeywordSet.Empty, (set, recipient) => set.Union(recipient.Keywords));
            filings.Add((group.Key, new(await insertion.AddAsync(group.Key, copy, cancellation), SystemFlags.None, keywords, copy.Octets, null)));
        }
        await insertion.FlushAsync(cancellation);
        return filings;
    }

    /// <summary>
    /// Removes the finished recipients from the queue. Returns the message that Sent shows now, because a client's copy
    /// may have replaced the first one. Returns null if all of them were settled already.
    /// </summary>
    async Task<MessageId?> EndAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            "delete from queue where queue_id = any($1) returning sent_id, queue_id, recipient", _ended.Select(attempt => attempt.Recipient.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        MessageId? sent = null;
        _settled.Clear();
        while (await reader.ReadAsync(cancellation))
        {
            sent = new(reader.GetGuid(0));
            _settled.Add(new(reader.GetGuid(1)), reader.GetString(2));
        }
        return sent;
    }

    void Tell(WriteTransaction transaction, InboxLock inbox, MessageId sent)
    {
        foreach (var attempt in _ended.Where(attempt => _settled.ContainsKey(attempt.Recipient)))
        {
            transaction.Notes.Tell(
                attempt.End == DeliveryEnd.Failed ? EventType.MessageBounced : EventType.MessageDelivered,
                inbox,
                new EventData
                {
                    MessageId = sent.ToString(),
                    Recipients = [_settled[attempt.Recipient]],
                    Status = attempt.Status,
                    Reason = attempt.Explanation,
                    Server = attempt.Peer,
                });
        }
    }

    async Task<int> DelayAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            $"""
            update queue q set attempts = attempts + 1,
                next_attempt_at = case when q.next_attempt_at < 'infinity' then now() + a.pause else q.next_attempt_at end,
                paused_attempt_at = case when q.next_attempt_at < 'infinity' then null else now() + a.pause end,
                last_error = a.explanation, last_status = a.status, last_peer = a.peer, last_attempt_at = $2, delay_told_at = case when a.is_delay_told then $2 else delay_told_at end,
                {RowLeases.Release}
            from unnest($3::uuid[], $4::interval[], $5::text[], $6::text[], $7::text[], $8::boolean[])
                a (queue_id, pause, status, explanation, peer, is_delay_told)
            where q.queue_id = a.queue_id and q.lease_id = $1
            """,
            taken.Lease,
            transaction.Now,
            _delayed.Select(attempt => attempt.Recipient.Value).ToArray(),
            _delayed.Select(attempt => attempt.Pause).ToArray(),
            _delayed.Select(attempt => attempt.Status).ToArray(),
            _delayed.Select(attempt => attempt.Explanation).ToArray(),
            _delayed.Select(attempt => attempt.Peer).ToArray(),
            _delayed.Select(attempt => attempt.IsDelayTold).ToArray());
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    async Task<bool> IsWaitingAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            "select exists (select from queue where inbox_id = $1 and message_id = $2)", taken.Inbox.Value, taken.Message.Value);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    void Suppress(WriteTransaction transaction)
    {
        var wrong = _ended.Where(attempt => attempt.IsAddressWrong).ToArray();
        if (wrong.Length > 0)
        {
            var addresses = taken.Recipients.ToDictionary(recipient => recipient.Id, recipient => AddressSpellings.Canonical(recipient.Address));
            transaction.AtCommit(
                """
                insert into suppressions (organization_id, address, reason, created_at)
                select organization_id, s.address, s.reason, $2 from inboxes, unnest($3::text[], $4::text[]) s (address, reason) where inbox_id = $1
                on conflict do nothing
                """,
                taken.Inbox.Value,
                transaction.Now,
                wrong.Select(attempt => addresses[attempt.Recipient]).ToArray(),
                wrong.Select(attempt => attempt.Explanation).ToArray());
        }
    }
}
