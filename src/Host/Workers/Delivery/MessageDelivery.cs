using AgentPost.Host.Workers.Supervision;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>One attempt to deliver an acquired message, including the recording of its results.</summary>
sealed class MessageDelivery(DeliveryServices services, QueuedMessage message, HeldLease lease)
{
    const int MostRecipients = 100;

    static readonly IReadOnlyDictionary<string, LocalRecipient> Nobody = new Dictionary<string, LocalRecipient>();

    readonly AttemptJudge _judge = new(services.DelayNotice, services.Time);
    readonly List<DeliveryAttempt> _attempts = [];

    // The remote server supports DSN.
    bool _isPassedOn;

    /// <summary>
    /// Sends the message to a remote server. Throws if canceled, after recording which recipients were accepted. Throws
    /// LeaseLostException if another instance delivers the message.
    /// </summary>
    public async Task SendAsync(OutboundConnection connection, CancellationToken cancellation)
    {
        try
        {
            await TrySendAsync(connection, cancellation);
        }
        // An internal error: some recipients may have been delivered, and the others must be retried.
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            if (cancellation.IsCancellationRequested || fault is LeaseLostException)
            {
                await (_attempts.Count > 0 ? SettleAsync(_attempts, Nobody) : Task.CompletedTask);
                throw;
            }
            Log.DeliveryFailed(services.Logger, message.Destination, fault);
            AddAll(Left(), recipient => _judge.Delay(message, recipient, "4.3.0", "This server could not send it", null));
        }
        await SettleAsync(_attempts, Nobody);
        if (message.GoesOwnWay && _attempts.Count > 0)
        {
            await RecordSendAsync();
        }
    }

    /// <summary>Delivers to local inboxes: messages that were scheduled, and messages with a DSN request.</summary>
    public async Task DeliverHereAsync(CancellationToken cancellation)
    {
        var here = await services.Store.Deliveries.FindInboxesAsync(message, cancellation);
        var gone = new Failure(IsPermanent: true, "5.1.1", "There is no such inbox", null, IsAddressWrong: false);
        try
        {
            await SettleAsync(
                [
                    .. message.Recipients.Select(recipient => here.ContainsKey(recipient.Address)
                        ? new(recipient.Id, DeliveryEnd.Delivered, "2.1.5", "Delivered")
                        : _judge.Judge(message, recipient, gone)),
                ],
                here);
        }
        catch (StoreRefusedException refused)
        {
            // An inbox is full, or was just deleted. The next attempt can tell which.
            await SettleAsync(
                [.. message.Recipients.Select(recipient => _judge.Delay(message, recipient, "4.2.2", refused.Message, null))], Nobody);
        }
    }

    static Failure NoServer => new(IsPermanent: false, "4.4.4", "There is no server to send it to", null, IsAddressWrong: false);

    async Task TrySendAsync(OutboundConnection connection, CancellationToken cancellation)
    {
        if (await services.Store.Deliveries.OpenAsync(message, cancellation) is not { } departing)
        {
            return;
        }
        if (await services.Keys.SignAsync(departing, cancellation) is not { } signature)
        {
            const string Reason = "The DKIM keys of the sender's domain cannot be decrypted on this server";
            AddAll(Left(), recipient => _judge.Delay(message, recipient, "4.7.0", Reason, null));
            return;
        }
        while (Left() is { Count: > 0 } left)
        {
            var (session, failure) = await connection.GetAsync(cancellation);
            if (session is null)
            {
                AddAll(left, recipient => _judge.Judge(message, recipient, failure ?? NoServer));
                return;
            }
            var peer = session.Peer.ToString();
            var some = left.Take(Math.Min(MostRecipients, session.Keywords.MostRecipients ?? MostRecipients)).ToList();
            var results = await session.SendAsync(Outgoing(departing, signature, some), cancellation);
            _isPassedOn = session.Keywords.Has("DSN");
            var tooMany = TooMany(some, results);
            _attempts.AddRange(some.Zip(results)
                .Where(pair => !tooMany.Contains(pair.First))
                .Select(pair => _judge.Judge(message, pair.First, pair.Second, peer)));
            if (!session.IsUsable)
            {
                // Record the accepted recipients before trying anything else.
                AddAll(Left(), recipient => _judge.Delay(message, recipient, "4.4.2", "The connection ended before its turn", peer));
            }
        }
    }

    /// <summary>Returns the recipients that have no result yet.</summary>
    List<QueuedRecipient> Left() => [.. message.Recipients.Where(recipient => !_attempts.Exists(attempt => attempt.Recipient == recipient.Id))];

    void AddAll(IEnumerable<QueuedRecipient> recipients, Func<QueuedRecipient, DeliveryAttempt> judge) => _attempts.AddRange(recipients.Select(judge));

    OutgoingMessage Outgoing(DepartingMessage departing, ReadOnlyMemory<byte> signature, IReadOnlyList<QueuedRecipient> recipients) =>
        new(
            WireAddress.Of(departing.ReversePath),
            [.. recipients.Select(recipient => new OutgoingRecipient(WireAddress.Of(recipient.Address)) { Notice = recipient.Notice })],
            signature.Length + departing.Octets,
            _ => new(departing.Open(signature)))
        {
            IsInternational = message.IsInternational,
            EnvelopeId = message.EnvelopeId,
            Return = message.Return,
            BeforeEnd = lease.EnsureAsync,
        };

    /// <summary>
    /// Returns the recipients that the server rejected because the message has too many (RFC 5321 §4.5.3.1.10). They
    /// are sent immediately, in another transaction.
    /// </summary>
    static List<QueuedRecipient> TooMany(IReadOnlyList<QueuedRecipient> recipients, IReadOnlyList<RecipientResult> results) =>
        results.Any(result => result.Outcome == SendOutcome.Delivered)
            ? [.. recipients.Zip(results).Where(pair => IsTooMany(pair.Second)).Select(pair => pair.First)]
            : [];

    static bool IsTooMany(RecipientResult result) =>
        result is { Outcome: SendOutcome.Temporary, Reply: { Code: 452 or 552, Status: null or "4.5.3" or "5.5.3" } };

    /// <summary>
    /// Records the results. The remote server may already have accepted the message, and would receive it again if this
    /// were not recorded. So this retries until the database accepts it, and cannot be canceled.
    /// </summary>
    async Task SettleAsync(IReadOnlyList<DeliveryAttempt> attempts, IReadOnlyDictionary<string, LocalRecipient> here)
    {
        var isReported = true;
        while (true)
        {
            try
            {
                await using var report = isReported ? await ReportAsync(attempts) : null;
                await services.Store.Deliveries.SettleAsync(message, attempts, report, here, CancellationToken.None);
                break;
            }
            catch (StoreUnavailableException unavailable)
            {
                Log.SettlementDelayed(services.Logger, message.Message.ToString(), unavailable);
                await Task.Delay(DeliveryServices.Pause, services.Time, CancellationToken.None);
            }
            // If the DSN cannot be stored, settle without it. Otherwise the message would be sent repeatedly.
            catch (Exception fault) when (isReported && fault is not (StoreRefusedException or OutOfMemoryException))
            {
                Log.ReportFailed(services.Logger, message.Message.ToString(), fault);
                isReported = false;
            }
        }
        foreach (var attempt in attempts)
        {
            var address = message.Recipients.First(recipient => recipient.Id == attempt.Recipient).Address;
            Log.DeliveryTried(services.Logger, message.Sent.ToString(), address, attempt.End, attempt.Peer, attempt.Explanation);
        }
    }

    /// <summary>Shows the result of sending in the status of the remote account.</summary>
    async Task RecordSendAsync()
    {
        var error = _attempts.Find(attempt => attempt.End is not DeliveryEnd.Delivered)?.Explanation;
        try
        {
            await services.Store.RemoteAccounts.RecordSendAsync(message.Inbox, error, CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable)
        {
            Log.DeliveryPaused(services.Logger, unavailable);
        }
    }

    /// <summary>Builds the DSN. If that fails, the results must still be recorded.</summary>
    async Task<IncomingMessage?> ReportAsync(IReadOnlyList<DeliveryAttempt> attempts)
    {
        try
        {
            return await services.Reports.BuildAsync(message, attempts, _isPassedOn, CancellationToken.None);
        }
        catch (Exception fault) when (fault is not (StoreUnavailableException or OutOfMemoryException))
        {
            Log.ReportFailed(services.Logger, message.Message.ToString(), fault);
            return null;
        }
    }
}
