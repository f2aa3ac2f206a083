using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Outbound;

namespace AgentPost.Host;

/// <summary>
/// Every line that the program logs. If the database is unavailable, the store logs that once, and the components that
/// wait for it log at Debug.
/// </summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Ended {Sessions} sessions whose key or inbox has ended")]
    public static partial void LoginsEnded(ILogger logger, int sessions);

    [LoggerMessage(10, LogLevel.Information, "{Message} to {Recipient}: {End} ({Peer}: {Explanation})")]
    public static partial void DeliveryTried(ILogger logger, string message, string recipient, DeliveryEnd end, string? peer, string explanation);

    [LoggerMessage(11, LogLevel.Debug, "Delivery waits for the database")]
    public static partial void DeliveryPaused(ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Error, "Delivery to {Destination} failed by a fault of this program; trying again later")]
    public static partial void DeliveryFailed(ILogger logger, string destination, Exception exception);

    [LoggerMessage(13, LogLevel.Debug, "What became of {Message} could not be written down; trying on")]
    public static partial void SettlementDelayed(ILogger logger, string message, Exception exception);

    [LoggerMessage(15, LogLevel.Error, "No report about {Message} could be made")]
    public static partial void ReportFailed(ILogger logger, string message, Exception exception);

    [LoggerMessage(
        60, LogLevel.Debug, "Delivered {Events} events to {Webhook} in {Milliseconds} ms, from {Delivery} on")]
    public static partial void WebhookDelivered(
        ILogger logger, WebhookId webhook, int events, WebhookDeliveryId delivery, long milliseconds);

    [LoggerMessage(
        61, LogLevel.Information,
        "Could not deliver {Events} events to {Webhook}, from {Delivery} on: {Error} (attempt {Attempt})")]
    public static partial void WebhookFailed(
        ILogger logger, WebhookId webhook, int events, WebhookDeliveryId delivery, int attempt, string? error);

    [LoggerMessage(
        62, LogLevel.Warning,
        "Paused {Webhook} after failures in a row, the last: {Error}; probing",
        EventName = "webhook.paused")]
    public static partial void WebhookPaused(ILogger logger, WebhookId webhook, string? error);

    [LoggerMessage(
        63, LogLevel.Information, "Resumed {Webhook}: its receiver answers again", EventName = "webhook.resumed")]
    public static partial void WebhookResumed(ILogger logger, WebhookId webhook);

    [LoggerMessage(
        64, LogLevel.Warning,
        "Disabled {Webhook}: no request has succeeded since {Since:u}, the last: {Error}",
        EventName = "webhook.disabled")]
    public static partial void WebhookDisabled(ILogger logger, WebhookId webhook, DateTimeOffset? since, string? error);

    [LoggerMessage(
        67, LogLevel.Warning,
        "{Webhook} is {Seconds} s behind: {Events} events are pending",
        EventName = "webhook.lagging")]
    public static partial void WebhookLagging(ILogger logger, WebhookId webhook, long seconds, long events);

    [LoggerMessage(68, LogLevel.Information, "{Webhook} has caught up", EventName = "webhook.caught_up")]
    public static partial void WebhookCaughtUp(ILogger logger, WebhookId webhook);

    [LoggerMessage(
        69, LogLevel.Information,
        "In the last minute {Webhook} received {Events} events in {Calls} requests, of which {Failures} failed")]
    public static partial void WebhookSummary(ILogger logger, WebhookId webhook, int events, int calls, int failures);

    [LoggerMessage(21, LogLevel.Information, "A WebSocket of {Key} that takes too long over what it is sent was cut off")]
    public static partial void SocketCutOff(ILogger logger, KeyId key);

    [LoggerMessage(22, LogLevel.Error,
        "The DKIM keys of {Domain} cannot be decrypted, so its mail stays queued: "
        + "restore the secrets key (Secrets:Key, secrets.key), or remove the domain and add it again")]
    public static partial void SigningKeysUnreadable(ILogger logger, string domain);

    [LoggerMessage(
        70, LogLevel.Information,
        "Accepted {Message} of {Bytes} bytes from {Inbox} over HTTP for {Recipients} recipients ({RequestId})")]
    public static partial void MessageAccepted(
        ILogger logger, string message, long bytes, string inbox, int recipients, string requestId);

    [LoggerMessage(
        71, LogLevel.Information, "Rate limit rejected a message from {Inbox} over HTTP: {Reason} ({RequestId})")]
    public static partial void RateLimited(ILogger logger, string inbox, string reason, string requestId);

    [LoggerMessage(72, LogLevel.Debug, "Rejected a message from {Inbox} over HTTP: {Reason} ({RequestId})")]
    public static partial void MessageRejected(ILogger logger, string inbox, string reason, string requestId);

    [LoggerMessage(
        73, LogLevel.Information,
        "In the last minute {Imap} IMAP and {Smtp} SMTP sessions logged in, to {Inboxes} inboxes; {Open} are open")]
    public static partial void LoginSummary(ILogger logger, int imap, int smtp, int inboxes, int open);

    [LoggerMessage(20, LogLevel.Error, "A call of the HTTP API failed: {Method} {Path} ({RequestId})")]
    public static partial void CallFailed(ILogger logger, string method, string path, string requestId, Exception exception);

    [LoggerMessage(31, LogLevel.Error, "The lease of the remote account of {Inbox} could not be renewed; retrying")]
    public static partial void LeaseNotRenewed(ILogger logger, string inbox, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "The lease on {Message} was lost, so another instance delivers it")]
    public static partial void DeliveryLeaseLost(ILogger logger, string message);

    [LoggerMessage(40, LogLevel.Error, "The worker {Worker} failed with an internal error; retrying in {Seconds} s")]
    public static partial void WorkerFailed(ILogger logger, string worker, double seconds, Exception exception);

    [LoggerMessage(41, LogLevel.Debug, "The worker {Worker} waits for the database")]
    public static partial void WorkerWaits(ILogger logger, string worker, Exception exception);

    [LoggerMessage(EventId = 42, Message = "A job of the worker {Worker} failed: {Job}")]
    public static partial void JobFailed(ILogger logger, LogLevel level, string worker, string? job, Exception exception);

    [LoggerMessage(43, LogLevel.Critical, "The worker {Worker} failed for lack of memory; stopping")]
    public static partial void WorkerFatal(ILogger logger, string worker, Exception exception);

    [LoggerMessage(44, LogLevel.Error, "The worker {Worker} did not finish its work")]
    public static partial void WorkerNotFinished(ILogger logger, string worker, Exception exception);
}
