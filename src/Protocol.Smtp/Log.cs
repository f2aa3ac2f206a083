using System.Net;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Smtp;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "SMTP session {ConnectionId} from {RemoteAddress} began")]
    public static partial void SessionBegan(ILogger logger, string connectionId, IPAddress remoteAddress);

    [LoggerMessage(2, LogLevel.Debug, "SMTP session {ConnectionId} ended")]
    public static partial void SessionEnded(ILogger logger, string connectionId);

    [LoggerMessage(3, LogLevel.Debug, "Client of {ConnectionId} is gone: {Reason}")]
    public static partial void ClientGone(ILogger logger, string connectionId, string reason);

    [LoggerMessage(4, LogLevel.Debug, "Store was unavailable to SMTP session {ConnectionId}")]
    public static partial void StoreUnavailable(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(5, LogLevel.Error, "SMTP session {ConnectionId} failed")]
    public static partial void SessionFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(6, LogLevel.Debug, "{Inbox} logged in by SMTP with {Key} from {RemoteAddress} ({ConnectionId})")]
    public static partial void LoggedIn(ILogger logger, string inbox, string key, IPAddress remoteAddress, string connectionId);

    [LoggerMessage(7, LogLevel.Information, "Refused a wrong SMTP login from {RemoteAddress} ({ConnectionId})")]
    public static partial void LoginRefused(ILogger logger, IPAddress remoteAddress, string connectionId);

    [LoggerMessage(8, LogLevel.Information, "Accepted {Message} of {Octets} octets from {Inbox} for {Recipients} recipients ({ConnectionId})")]
    public static partial void MessageAccepted(ILogger logger, string message, long octets, string inbox, int recipients, string connectionId);

    [LoggerMessage(9, LogLevel.Debug, "Refused a message of {Inbox}: {Reason} ({ConnectionId})")]
    public static partial void MessageRefused(ILogger logger, string inbox, string reason, string connectionId);

    [LoggerMessage(
        60, LogLevel.Information, "Rate limit rejected a message from {Inbox} over SMTP: {Reason} ({ConnectionId})")]
    public static partial void RateLimited(ILogger logger, string inbox, string reason, string connectionId);

    [LoggerMessage(10, LogLevel.Information, "Received {Message} of {Octets} octets from {ReversePath} by {RemoteAddress} for {Inboxes} inboxes: {Keywords} ({ConnectionId})")]
    public static partial void MessageReceived(
        ILogger logger, string message, long octets, string reversePath, string remoteAddress, int inboxes, string keywords, string connectionId);
}
