using AgentPost.Store.Addresses;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Outbound;

/// <summary>Queues recipients of an accepted message, in the transaction that accepts it.</summary>
static class QueueInsertion
{
    const string InsertSql = """
        insert into queue (
            queue_id, inbox_id, message_id, sent_id, reverse_path, is_international, trace, envelope_id, returns_message, created_at, released_at, next_attempt_at, release_request,
            recipient, destination, notify, original_recipient)
        select queue_id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, recipient, destination, nullif(notify, -1), original_recipient
        from unnest($12::uuid[], $13::text[], $14::text[], $15::int[], $16::text[]) waiting (queue_id, recipient, destination, notify, original_recipient)
        """;

    // Stands for null: a value that NOTIFY never has is simpler than an array of nullable numbers.
    const int NotSaid = -1;

    public static void Add(WriteTransaction transaction, QueuedSend send)
    {
        var recipients = send.Recipients;
        if (recipients.Count == 0)
        {
            return;
        }
        transaction.AtCommit(
            InsertSql,
            send.Sender.Value,
            send.Submitted.Value,
            send.Shown.Value,
            send.ReversePath,
            send.IsInternational,
            send.TraceHeader.ToArray(),
            send.EnvelopeId,
            send.Return is { } returned ? returned == ReturnedContent.Message : null,
            transaction.Now,
            send.ReleaseAt?.ToUniversalTime() ?? transaction.Now,
            send.ReleaseRequest,
            recipients.Select(_ => QueueId.New().Value).ToArray(),
            recipients.Select(recipient => recipient.Address).ToArray(),
            recipients.Select(recipient => recipient.IsLocal ? "" : DomainOf(recipient.Address)).ToArray(),
            recipients.Select(recipient => recipient.Notice.Notify is { } notify ? (int)notify : NotSaid).ToArray(),
            recipients.Select(recipient => recipient.Notice.OriginalRecipient).ToArray());
    }

    static string DomainOf(string address) => AddressSpellings.Canonical(address[(address.LastIndexOf('@') + 1)..]);
}
