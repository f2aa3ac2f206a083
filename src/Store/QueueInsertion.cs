namespace AgentPost.Store;

/// <summary>Puts recipients of an accepted message into the queue, with the transaction that accepts it.</summary>
static class QueueInsertion
{
    const string InsertSql = """
        insert into queue (
            queue_id, inbox_id, message_id, sent_id, reverse_path, is_international, trace, envelope_id, returns_message, created_at, released_at, next_attempt_at, release_request,
            recipient, destination, notify, original_recipient)
        select queue_id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, recipient, destination, nullif(notify, -1), original_recipient
        from unnest($12::uuid[], $13::text[], $14::text[], $15::int[], $16::text[]) waiting (queue_id, recipient, destination, notify, original_recipient)
        """;

    // An array of numbers that may be null is more trouble than a number that NOTIFY never is.
    const int NotSaid = -1;

    /// <param name="submitted">The message as submitted.</param>
    /// <param name="shown">What Sent shows for it.</param>
    /// <param name="local">Recipients that no other server gets.</param>
    public static void Add(
        WriteTransaction transaction,
        Submission submission,
        MessageId submitted,
        MessageId shown,
        IReadOnlyList<string> recipients,
        IReadOnlyDictionary<string, LocalRecipient> local)
    {
        if (recipients.Count == 0)
        {
            return;
        }
        var notices = recipients.Select(submission.NoticeOf).ToList();
        transaction.AtCommit(
            InsertSql,
            submission.Sender.Id.Value,
            submitted.Value,
            shown.Value,
            submission.ReversePath,
            submission.IsInternational && !System.Text.Ascii.IsValid(submission.Message.Scan.Header.Span),
            submission.TraceHeader.ToArray(),
            submission.EnvelopeId,
            submission.Return is { } returned ? returned == ReturnedContent.Message : null,
            transaction.Now,
            submission.ReleaseAt?.ToUniversalTime() ?? transaction.Now,
            submission.ReleaseRequest,
            recipients.Select(_ => QueueId.New().Value).ToArray(),
            recipients.ToArray(),
            recipients.Select(recipient => local.ContainsKey(recipient) ? "" : DomainOf(recipient)).ToArray(),
            notices.Select(notice => notice.Notify is { } notify ? (int)notify : NotSaid).ToArray(),
            notices.Select(notice => notice.OriginalRecipient).ToArray());
    }

    static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
}
