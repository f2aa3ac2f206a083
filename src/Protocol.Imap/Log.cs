using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Imap;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "IMAP {ConnectionId} from {Address} logged in to {Inbox} with key {Key}")]
    public static partial void LoggedIn(ILogger logger, string connectionId, string address, string inbox, string key);

    [LoggerMessage(2, LogLevel.Information, "IMAP {ConnectionId} from {Address} failed to log in: {Reason}")]
    public static partial void LoginFailed(ILogger logger, string connectionId, string address, string reason);

    [LoggerMessage(3, LogLevel.Error, "IMAP {ConnectionId} of {Inbox}: {Command} failed")]
    public static partial void CommandFailed(ILogger logger, Exception exception, string connectionId, string? inbox, string command);

    [LoggerMessage(4, LogLevel.Debug, "IMAP {ConnectionId} of {Inbox}: {Command} found the store unavailable: {Reason}")]
    public static partial void StoreUnavailable(ILogger logger, string connectionId, string? inbox, string command, string reason);

    [LoggerMessage(5, LogLevel.Debug, "IMAP {ConnectionId} refused {Command}: {Text}")]
    public static partial void CommandRefused(ILogger logger, string connectionId, string command, string text);

    [LoggerMessage(6, LogLevel.Debug, "IMAP {ConnectionId} ended: {Reason}")]
    public static partial void Ended(ILogger logger, string connectionId, string reason);

    [LoggerMessage(7, LogLevel.Error, "IMAP {ConnectionId} of {Inbox} was cut")]
    public static partial void SessionFailed(ILogger logger, Exception exception, string connectionId, string? inbox);
}
