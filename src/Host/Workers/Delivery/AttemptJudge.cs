using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Classifies the result of an attempt: delivered, delayed or failed. A message that is older than the retry period
/// fails.
/// </summary>
/// <param name="delayNotice">Age of a message at which a delay DSN is sent. Zero for never.</param>
sealed class AttemptJudge(TimeSpan delayNotice, TimeProvider time)
{
    // The recipient address itself does not exist (RFC 3463 §3.2). Excludes errors of the sender address (5.1.7, 5.1.8)
    // and rejections of this server.
    static readonly string[] WrongAddress = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];

    public DeliveryAttempt Judge(QueuedMessage message, QueuedRecipient recipient, RecipientResult result, string peer) => result.Outcome switch
    {
        SendOutcome.Delivered => new(recipient.Id, DeliveryEnd.Delivered, result.Status, result.Explanation) { Peer = peer },
        SendOutcome.Permanent => new(recipient.Id, DeliveryEnd.Failed, result.Status, result.Explanation)
        {
            Peer = peer,
            IsAddressWrong = result.Reply is not null && WrongAddress.Contains(result.Status),
        },
        _ => Delay(message, recipient, result.Status, result.Explanation, peer),
    };

    public DeliveryAttempt Judge(QueuedMessage message, QueuedRecipient recipient, Failure failure) => failure.IsPermanent
        ? new(recipient.Id, DeliveryEnd.Failed, failure.Status, failure.Explanation) { Peer = failure.Peer, IsAddressWrong = failure.IsAddressWrong }
        : Delay(message, recipient, failure.Status, failure.Explanation, failure.Peer);

    public DeliveryAttempt Delay(QueuedMessage message, QueuedRecipient recipient, string status, string explanation, string? peer)
    {
        var age = time.GetUtcNow() - message.ReleasedAt;
        if (age >= RetrySchedule.GiveUpAfter)
        {
            return new(recipient.Id, DeliveryEnd.Failed, "5.4.7", $"Given up after {RetrySchedule.GiveUpAfter.TotalDays:0} days; at last: {explanation}") { Peer = peer };
        }
        return new(recipient.Id, DeliveryEnd.Delayed, status, explanation)
        {
            Peer = peer,
            Pause = RetrySchedule.PauseAfter(recipient.Attempts + 1),
            IsDelayTold = delayNotice > TimeSpan.Zero && age >= delayNotice && recipient.DelayToldAt is null && SenderReport.IsWanted(message, recipient, NotifyWhen.Delay),
        };
    }
}
