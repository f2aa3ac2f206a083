using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Hints;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Sending;

/// <summary>Accepts submissions.</summary>
public sealed class Submissions
{
    readonly Database _database;
    readonly Writer _writer;
    readonly Spool _spool;
    readonly LocalRecipients _local;
    readonly SendPolicy _policy;
    readonly EventLog _events;
    readonly ChangeNotifier _notifier;
    readonly TimeProvider _time;

    internal Submissions(
        Database database, Writer writer, Spool spool, LocalRecipients local, SendPolicy policy, EventLog events,
        ChangeNotifier notifier, TimeProvider time)
    {
        _local = local;
        _events = events;
        _database = database;
        _writer = writer;
        _spool = spool;
        _policy = policy;
        _notifier = notifier;
        _time = time;
    }

    /// <summary>
    /// Returns the message with its missing fields (From, Date, Message-ID) prepended and nothing else changed, or null
    /// if none is missing. The caller disposes it.
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
    /// In one transaction, stores the message in the sender's Sent (<c>\Seen</c>) unless the client has just done so,
    /// delivers it to every local recipient, and queues the others. Live folders are refreshed before it returns.
    /// Returns the id of the message in Sent. For a repeated message (<see cref="SubmissionLedger"/>), does nothing and
    /// returns the id of the first. Throws <see cref="MessageRejectedException"/> if the message itself must not be
    /// sent, and <see cref="SendRefusedException"/> if the sending rules reject it.
    /// </summary>
    public async Task<MessageId> SubmitAsync(Submission submission, CancellationToken cancellation)
    {
        MessageCheck.Ensure(submission.Message, submission.Sender.Address);
        try
        {
            return await AcceptAsync(submission, cancellation);
        }
        catch (SendRefusedException refused)
        {
            await _events.NoteRejectedAsync(submission.Sender.Id, submission.Recipients, refused.Refusal.Reason, cancellation);
            throw;
        }
    }

    async Task<MessageId> AcceptAsync(Submission submission, CancellationToken cancellation)
    {
        if (await KeyLeakScanner.FindAsync(_database, submission.Message, _time.GetUtcNow(), cancellation) is { } leaked)
        {
            throw new SendRefusedException(new($"the message holds the secret of the key {leaked}", null));
        }
        var local = await _local.FindAsync(submission.Recipients, cancellation);
        // Queue local recipients too if the message is scheduled, if the sender requested a success DSN, or if the
        // inbox was deleted after RCPT: delivery then sends a failure DSN.
        var atOnce = local.Where(recipient => recipient.Value.Exists && submission.IsForNow(recipient.Key)).ToList();
        var queued = submission.Recipients.Except(atOnce.Select(recipient => recipient.Key)).ToList();
        await using var delivered = new IncomingMessage(_spool);
        if (atOnce.Count > 0)
        {
            await WriteDeliveredAsync(submission, delivered, cancellation);
        }
        var accepted = await _writer.RunAsync(
            submission.Sender.Id,
            async (transaction, token) =>
            {
                await using var insertion = new MessageInsertion(transaction);
                var sent = await insertion.AddAsync(
                    submission.Sender.Id, submission.Message, submission.Thread ?? ThreadId.New(), token);
                var sentCopy = await SentCopy.OfAsync(
                    new(sent, SystemFlags.Seen, queued.Count > 0 ? DeliveryState.Queued : DeliveryState.Delivered, submission.Message.Octets, null),
                    submission.Message,
                    transaction.Now,
                    token);
                var deliveries = new Dictionary<InboxId, Filing>();
                foreach (var group in atOnce.GroupBy(to => to.Value.Inbox, to => to.Value.Keywords))
                {
                    var copy = await insertion.AddAsync(group.Key, delivered, token);
                    deliveries.Add(group.Key, new(copy, SystemFlags.None, group.Aggregate((all, tag) => all.Union(tag)), delivered.Octets, null));
                }
                await insertion.FlushAsync(token);
                var inboxes = await transaction.LockInboxesAsync(deliveries.Keys.Append(submission.Sender.Id), token);
                var ledger = new SubmissionLedger(transaction, submission, sentCopy);
                if (await ledger.FindAsync(token) is { } first)
                {
                    return first;
                }
                await _policy.EnsureAsync(transaction, submission, sent, token);
                var shown = await FileAsync(transaction, inboxes[submission.Sender.Id], sentCopy with { IsQueued = queued.Count > 0 }, token);
                await DeliverAsync(transaction, inboxes, deliveries, token);
                TellDelivered(transaction, inboxes[submission.Sender.Id], shown, atOnce);
                ledger.Note(shown, _policy.LimitsOrganization ? OrganizationNumbering.Numbered : OrganizationNumbering.Deferred);
                QueueInsertion.Add(transaction, submission.ToQueue(sent, shown, queued, local));
                await _policy.EnsureOrganizationAsync(transaction, submission.Sender.Id, token);
                await transaction.CommitAsync();
                return shown;
            },
            cancellation);
        if (queued.Count > 0)
        {
            _notifier.QueueChanged();
        }
        return accepted;
    }

    /// <summary>Stores the message in Sent. Returns the message that Sent shows.</summary>
    static async Task<MessageId> FileAsync(WriteTransaction transaction, InboxLock sender, SentCopy sent, CancellationToken cancellation)
    {
        var folder = await transaction.OpenFixedFolderAsync(sender, FolderName.Sent, cancellation);
        var fitted = sent with { Filing = await sent.Filing.FittedAsync(transaction, folder, cancellation) };
        var (uid, message) = (await new OneCopyInSent(transaction, folder, SentOrigin.Submission).FileAsync([fitted], cancellation))[0];
        transaction.Notes.Tell(EventType.MessageSent, folder, [uid]);
        return message;
    }

    static async Task DeliverAsync(
        WriteTransaction transaction, Dictionary<InboxId, InboxLock> inboxes, Dictionary<InboxId, Filing> deliveries, CancellationToken cancellation)
    {
        foreach (var (id, delivery) in deliveries)
        {
            var folder = await transaction.OpenFixedFolderAsync(inboxes[id], FolderName.Inbox, cancellation);
            var uids = await folder.FileAsync(transaction, [await delivery.FittedAsync(transaction, folder, cancellation)], cancellation);
            transaction.Notes.Tell(EventType.MessageReceived, folder, uids);
        }
    }

    static void TellDelivered(
        WriteTransaction transaction, InboxLock sender, MessageId sent,
        List<KeyValuePair<string, LocalRecipient>> recipients)
    {
        foreach (var (recipient, _) in recipients)
        {
            transaction.Notes.Tell(
                EventType.MessageDelivered, sender, new EventData { MessageId = sent.ToString(), Recipients = [recipient], Status = "2.0.0", Reason = "delivered here" });
        }
    }

    /// <summary>
    /// Writes the copy for recipients: Return-Path (RFC 5321 §4.4) and trace prepended, and Bcc removed, which would
    /// reveal other recipients (RFC 5322 §3.6.3). Otherwise the bytes are as submitted.
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
}

/// <param name="TraceHeader">The Received field, CRLF included. It is prepended to each delivered copy, after its
/// Return-Path.</param>
/// <param name="ReversePath">Address of MAIL FROM without brackets; empty for the null sender.</param>
/// <param name="Recipients">Addresses of RCPT TO without brackets, in order, without repetition.</param>
public sealed record Submission(
    Inbox Sender, string ReversePath, IReadOnlyList<string> Recipients, ReadOnlyMemory<byte> TraceHeader, IncomingMessage Message)
{
    /// <summary>The DSNs requested for recipients. Recipients without a request are missing.</summary>
    public IReadOnlyDictionary<string, RecipientNotice> Notices { get; init; } = new Dictionary<string, RecipientNotice>();

    /// <summary>ENVID, decoded; null if it was not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RET; null if it was not given.</summary>
    public ReturnedContent? Return { get; init; }

    /// <summary>When delivery starts (RFC 4865); null: immediately.</summary>
    public DateTimeOffset? ReleaseAt { get; init; }

    /// <summary>How the sender requested the release, for the DSN (RFC 4865); null if the sender did not.</summary>
    public string? ReleaseRequest { get; init; }

    /// <summary>True if the sender declared SMTPUTF8.</summary>
    public bool IsInternational { get; init; }

    /// <summary>
    /// Hash of the request that an idempotency key identifies. Null: there is no key, or the hash is not known.
    /// </summary>
    public byte[]? RequestSha256 { get; init; }

    /// <summary>
    /// The thread of the message that this one replies to, for a reply that does not name its id. Null if it is not
    /// known.
    /// </summary>
    public ThreadId? Thread { get; init; }

    internal RecipientNotice NoticeOf(string recipient) => Notices.GetValueOrDefault(recipient, RecipientNotice.None);

    /// <param name="submitted">The message as submitted.</param>
    /// <param name="shown">The message that Sent shows for it.</param>
    /// <param name="recipients">The recipients that are queued.</param>
    /// <param name="local">The local recipients.</param>
    internal QueuedSend ToQueue(
        MessageId submitted,
        MessageId shown,
        IEnumerable<string> recipients,
        IReadOnlyDictionary<string, LocalRecipient> local) =>
        new(
            Sender.Id,
            submitted,
            shown,
            ReversePath,
            [.. recipients.Select(to => new QueuedSendRecipient(to, NoticeOf(to), local.ContainsKey(to)))])
        {
            IsInternational = IsInternational && !System.Text.Ascii.IsValid(Message.Scan.Header.Span),
            TraceHeader = TraceHeader,
            EnvelopeId = EnvelopeId,
            Return = Return,
            ReleaseAt = ReleaseAt,
            ReleaseRequest = ReleaseRequest,
        };

    /// <summary>
    /// True if a local inbox gets the message together with the submission: it is not scheduled, and no success DSN is
    /// requested.
    /// </summary>
    internal bool IsForNow(string recipient) => ReleaseAt is null && NoticeOf(recipient).Notify?.HasFlag(NotifyWhen.Success) is not true;
}
