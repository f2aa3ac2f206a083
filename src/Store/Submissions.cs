using System.Buffers;
using System.Text;
using AgentPost.Mime;
using Dapper;

namespace AgentPost.Store;

/// <summary>Accepts mail from an inbox.</summary>
public sealed class Submissions
{
    readonly Database _database;
    readonly Writer _writer;
    readonly Spool _spool;
    readonly SendPolicy _policy;
    readonly TimeProvider _time;

    internal Submissions(Database database, Writer writer, Spool spool, SendPolicy policy, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _spool = spool;
        _policy = policy;
        _time = time;
    }

    /// <summary>
    /// The message with the fields that it lacks, From, Date and Message-ID, on top, nothing else changed; null when it lacks none. The caller disposes it.
    /// </summary>
    public async Task<IncomingMessage?> CompleteHeaderAsync(IncomingMessage message, InboxAddress sender, CancellationToken cancellation)
    {
        var missing = HeaderCompletion.Missing(message.Scan.Header.Span, sender, _time.GetUtcNow());
        if (missing.Length == 0)
        {
            return null;
        }
        var completed = new IncomingMessage(_spool);
        try
        {
            await completed.WriteAsync((ReadOnlyMemory<byte>)missing, cancellation);
            await completed.WriteAsync(message, 0, cancellation);
            await completed.CompleteAsync(cancellation);
            return completed;
        }
        catch
        {
            await completed.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// In one transaction: files the message in the sender's Sent (<c>\Seen</c>) unless the client has just done so, delivers it to every recipient that is an inbox here, queues the
    /// others. Live folders are refreshed before it returns. Returns the id of the message in Sent; of a message that is sent again (<see cref="SubmissionLedger"/>) the first one's,
    /// and nothing is done. Throws <see cref="SendRefusedException"/> when the sending rules refuse it.
    /// </summary>
    public async Task<MessageId> SubmitAsync(Submission submission, CancellationToken cancellation)
    {
        if (await LeakedKeys.FindAsync(_database, submission.Message, _time.GetUtcNow(), cancellation) is { } leaked)
        {
            throw new SendRefusedException(new($"the message holds the secret of the key {leaked}", null));
        }
        var recipients = await FindRecipientsAsync(submission.Recipients, cancellation);
        await using var delivered = new IncomingMessage(_spool);
        if (recipients.Local.Count > 0)
        {
            await WriteDeliveredAsync(submission, delivered, cancellation);
        }
        return await _writer.RunAsync(
            async (transaction, token) =>
            {
                await using var insertion = new MessageInsertion(transaction);
                var sent = await insertion.AddAsync(submission.Sender, submission.Message, token);
                var sentCopy = await SentCopy.OfAsync(
                    new(sent, SystemFlags.Seen, KeywordSet.Empty, submission.Message.Octets, null), submission.Message, transaction.Now, token);
                var deliveries = new Dictionary<InboxId, Filing>();
                foreach (var (inbox, keywords) in recipients.Local)
                {
                    var copy = await insertion.AddAsync(inbox, delivered, token);
                    deliveries.Add(inbox, new(copy, SystemFlags.None, keywords, delivered.Octets, null));
                }
                await insertion.FlushAsync(token);
                var inboxes = await LockAsync(transaction, deliveries.Keys.Append(submission.Sender), token);
                var ledger = new SubmissionLedger(transaction, submission, sentCopy);
                if (await ledger.FindAsync(token) is { } first)
                {
                    return first;
                }
                await _policy.EnsureAsync(transaction, submission, sent, token);
                var shown = await FileAsync(
                    transaction, inboxes[submission.Sender], sentCopy with { IsQueued = recipients.Elsewhere.Count > 0 }, token);
                await DeliverAsync(transaction, inboxes, deliveries, token);
                ledger.Note(sent, shown);
                Queue(transaction, submission, sent, shown, recipients.Elsewhere);
                await transaction.CommitAsync();
                return shown;
            },
            cancellation);
    }

    // Every writer locks inboxes in this order.
    static async Task<Dictionary<InboxId, InboxLock>> LockAsync(WriteTransaction transaction, IEnumerable<InboxId> inboxes, CancellationToken cancellation)
    {
        var locks = new Dictionary<InboxId, InboxLock>();
        foreach (var id in inboxes.Distinct().OrderBy(id => id.Value))
        {
            locks.Add(id, await transaction.LockInboxAsync(id, cancellation));
        }
        return locks;
    }

    /// <summary>Returns the message that Sent shows.</summary>
    static async Task<MessageId> FileAsync(WriteTransaction transaction, InboxLock sender, SentCopy sent, CancellationToken cancellation)
    {
        var folder = await transaction.OpenFixedFolderAsync(sender, FolderName.Sent, cancellation);
        return (await new OneCopyInSent(transaction, folder, SentOrigin.Submission).FileAsync([sent], cancellation))[0].Message;
    }

    static async Task DeliverAsync(
        WriteTransaction transaction, Dictionary<InboxId, InboxLock> inboxes, Dictionary<InboxId, Filing> deliveries, CancellationToken cancellation)
    {
        foreach (var (id, delivery) in deliveries)
        {
            var folder = await transaction.OpenFixedFolderAsync(inboxes[id], FolderName.Inbox, cancellation);
            await folder.FileAsync(transaction, [await FittedAsync(transaction, folder, delivery, cancellation)], cancellation);
        }
    }

    /// <summary>A tag never keeps mail out: where the folder has no room for another keyword, the message comes without.</summary>
    static async Task<Filing> FittedAsync(WriteTransaction transaction, FolderWrite folder, Filing delivery, CancellationToken cancellation) =>
        delivery.Keywords.IsEmpty || await transaction.HasRoomForKeywordsAsync(folder, delivery.Keywords.Names.Length, cancellation)
            ? delivery
            : delivery with { Keywords = KeywordSet.Empty };

    static void Queue(WriteTransaction transaction, Submission submission, MessageId submitted, MessageId shown, IReadOnlyList<string> recipients)
    {
        if (recipients.Count > 0)
        {
            transaction.AtCommit(
                """
                insert into queue (queue_id, inbox_id, message_id, sent_id, reverse_path, recipient, created_at, next_attempt_at)
                select queue_id, $3, $4, $5, $6, recipient, $7, $7 from unnest($1::uuid[], $2::text[]) waiting (queue_id, recipient)
                """,
                recipients.Select(_ => Guid.CreateVersion7()).ToArray(),
                recipients.ToArray(),
                submission.Sender.Value,
                submitted.Value,
                shown.Value,
                submission.ReversePath,
                transaction.Now);
        }
    }

    async Task<RecipientSplit> FindRecipientsAsync(IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        var parsed = recipients
            .Select(text => (Text: text, Address: InboxAddress.TryParse(text, out var address, out var tag) ? address.Value : null, Tag: tag))
            .ToArray();
        var inboxes = await _database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<(string Address, Guid Id)>(new(
                "select address, inbox_id from inboxes where address = any(@addresses)",
                new { addresses = parsed.Select(recipient => recipient.Address).OfType<string>().Distinct().ToArray() },
                cancellationToken: token))).ToDictionary(row => row.Address, row => new InboxId(row.Id)),
            cancellation);
        var local = new Dictionary<InboxId, KeywordSet>();
        var elsewhere = new List<string>();
        foreach (var (text, address, tag) in parsed)
        {
            if (address is not null && inboxes.TryGetValue(address, out var inbox))
            {
                local[inbox] = local.GetValueOrDefault(inbox, KeywordSet.Empty).Union(PlusTag.ToKeywords(tag));
            }
            else
            {
                elsewhere.Add(text);
            }
        }
        return new(local, elsewhere);
    }

    /// <summary>
    /// What recipients get: the return path (RFC 5321 §4.4) and the trace on top, and no Bcc, which would tell them of each other (RFC 5322 §3.6.3).
    /// Otherwise the octets as submitted.
    /// </summary>
    static async Task WriteDeliveredAsync(Submission submission, IncomingMessage delivered, CancellationToken cancellation)
    {
        var header = new ArrayBufferWriter<byte>();
        header.Write(Encoding.UTF8.GetBytes($"Return-Path: <{submission.ReversePath}>\r\n"));
        header.Write(submission.TraceHeader.Span);
        var from = 0L;
        var submitted = submission.Message.Scan.Header;
        if (BlindCopies.IsIn(submitted.Span))
        {
            HeaderFields.Filter(submitted.Span, BlindCopies.FieldNames, HeaderFilter.AllBut, header);
            from = submitted.Length;
        }
        await delivered.WriteAsync(header.WrittenMemory, cancellation);
        await delivered.WriteAsync(submission.Message, from, cancellation);
        await delivered.CompleteAsync(cancellation);
    }

    sealed record RecipientSplit(IReadOnlyDictionary<InboxId, KeywordSet> Local, IReadOnlyList<string> Elsewhere);
}

/// <param name="TraceHeader">Octets put on top of each delivered copy below its Return-Path: the Received field, CRLF included.</param>
/// <param name="ReversePath">Address of MAIL FROM without brackets; empty for the null path.</param>
/// <param name="Recipients">Addresses of RCPT TO without brackets, in order, without repetition.</param>
public sealed record Submission(
    InboxId Sender, string ReversePath, IReadOnlyList<string> Recipients, ReadOnlyMemory<byte> TraceHeader, IncomingMessage Message);
