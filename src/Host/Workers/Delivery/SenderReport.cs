using System.Globalization;
using System.Text;
using AgentPost.Mime.Composing;
using AgentPost.Store;
using AgentPost.Store.Outbound;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Builds DSNs for recipients that failed, are delayed, or have a success DSN requested (RFC 3461, RFC 3464).
/// </summary>
sealed class SenderReport(MailStore store, string hostname, TimeProvider time)
{
    // A larger message is never returned in full, even if the sender requested it.
    const long MostReturnedOctets = 10 * 1024 * 1024;

    const string HeaderType = "text/rfc822-headers";
    const string MessageType = "message/rfc822";

    /// <summary>
    /// True if the sender wants a DSN of this kind (RFC 3461 §4.1). The default is failures and delays. Always false
    /// for the null sender.
    /// </summary>
    public static bool IsWanted(QueuedMessage message, QueuedRecipient recipient, NotifyWhen what) =>
        message.ReversePath.Length > 0 && (recipient.Notice.Notify ?? (NotifyWhen.Failure | NotifyWhen.Delay)).HasFlag(what);

    /// <summary>Builds the DSN for these attempts. Returns null if no DSN is needed. The caller disposes it.</summary>
    /// <param name="isPassedOn">True if the remote server supports DSN. It is then responsible for success DSNs (RFC
    /// 3461 §5.2.1).</param>
    public async Task<IncomingMessage?> BuildAsync(
        QueuedMessage message, IReadOnlyList<DeliveryAttempt> attempts, bool isPassedOn, CancellationToken cancellation)
    {
        var recipients = message.Recipients.ToDictionary(recipient => recipient.Id);
        var told = attempts
            .Select(attempt => (Attempt: attempt, Recipient: recipients[attempt.Recipient]))
            .Where(pair => IsTold(message, pair.Recipient, pair.Attempt, isPassedOn))
            .ToList();
        if (told.Count == 0 || await store.Deliveries.OpenAsync(message, cancellation) is not { } original)
        {
            return null;
        }
        var built = Compose(message, original, [.. told.Select(pair => ReportOf(message, pair.Recipient, pair.Attempt))]);
        var report = store.Deliveries.BeginReport();
        try
        {
            await using var sink = report.AsStream();
            await built.WriteToAsync(sink, cancellation);
            await report.CompleteAsync(cancellation);
            return report;
        }
        catch
        {
            await report.DisposeAsync();
            throw;
        }
    }

    static bool IsTold(QueuedMessage message, QueuedRecipient recipient, DeliveryAttempt attempt, bool isPassedOn) => attempt.End switch
    {
        DeliveryEnd.Failed => IsWanted(message, recipient, NotifyWhen.Failure),
        DeliveryEnd.Delayed => attempt.IsDelayTold,
        _ => !isPassedOn && recipient.Notice.Notify?.HasFlag(NotifyWhen.Success) is true && message.ReversePath.Length > 0,
    };

    RecipientReport ReportOf(QueuedMessage message, QueuedRecipient recipient, DeliveryAttempt attempt)
    {
        var action = attempt.End switch
        {
            DeliveryEnd.Failed => DeliveryAction.Failed,
            DeliveryEnd.Delayed => DeliveryAction.Delayed,
            // For a remote recipient, the message was relayed to a server that sends no success DSNs (RFC 3461 §5.2.2).
            _ => message.IsHere ? DeliveryAction.Delivered : DeliveryAction.Relayed,
        };
        return new(recipient.Address, action, attempt.Status)
        {
            OriginalRecipient = recipient.Notice.OriginalRecipient,
            RemoteMta = attempt.Peer?.Split('[', ':')[0],
            SmtpReply = attempt.Explanation,
            LastAttemptAt = time.GetUtcNow(),
            WillRetryUntil = action == DeliveryAction.Delayed ? message.ReleasedAt + RetrySchedule.GiveUpAfter : null,
        };
    }

    BuiltMessage Compose(QueuedMessage message, DepartingMessage original, IReadOnlyList<RecipientReport> recipients)
    {
        // RET applies only to failures (RFC 3461 §4.3).
        var hasFailed = recipients.Any(recipient => recipient.Action == DeliveryAction.Failed);
        var isWhole = hasFailed && message.Return == ReturnedContent.Message && original.Octets <= MostReturnedOctets;
        var (messageId, subject) = ReportedFields.Of(original.Header.Span);
        return new MessageBuilder(time, hostname)
        {
            From = [new($"mailer-daemon@{hostname}", "Mail Delivery System")],
            To = [new MailboxAddress(message.ReversePath)],
            Subject = $"{Title(recipients)}: {subject}",
            InReplyTo = messageId,
            References = messageId is null ? [] : [messageId],
            Text = Explain(recipients, isWhole),
            Report = new(hostname, recipients)
            {
                ArrivedAt = message.CreatedAt,
                OriginalEnvelopeId = message.EnvelopeId,
                ReleaseRequest = message.ReleaseRequest,
                Original = isWhole
                    ? new(MessageType, _ => new(original.Open(default)))
                    : MessageFile.FromMemory(HeaderType, original.Header.ToArray()),
            },
        }.Build();
    }

    static string Title(IReadOnlyList<RecipientReport> recipients) =>
        recipients.Any(recipient => recipient.Action == DeliveryAction.Failed) ? "Not delivered"
        : recipients.Any(recipient => recipient.Action == DeliveryAction.Delayed) ? "Delayed"
        : "Delivered";

    static string Explain(IReadOnlyList<RecipientReport> recipients, bool isWhole)
    {
        var text = new StringBuilder();
        foreach (var recipient in recipients)
        {
            text.Append(recipient.Action switch
            {
                DeliveryAction.Failed => $"Your message could not be delivered to {recipient.Recipient}. It will not be tried again.",
                DeliveryAction.Delayed => string.Create(
                    CultureInfo.InvariantCulture,
                    $"Your message could not be delivered to {recipient.Recipient} yet. It will be tried until {recipient.WillRetryUntil:yyyy-MM-dd HH:mm} UTC; you need not send it again."),
                DeliveryAction.Delivered => $"Your message was delivered to {recipient.Recipient}.",
                _ => $"Your message was passed on to the server of {recipient.Recipient}, which sends no further reports.",
            });
            text.Append('\n');
            if (recipient.Action is DeliveryAction.Failed or DeliveryAction.Delayed)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(recipient.RemoteMta is { } peer ? $"{peer} said" : "The reason")}: {recipient.SmtpReply}\n");
            }
            text.Append('\n');
        }
        return text.Append(isWhole ? "Your message is attached.\n" : "The header of your message is attached.\n").ToString();
    }
}
