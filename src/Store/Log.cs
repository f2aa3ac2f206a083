using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store;

/// <summary>All log messages of the store.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Migration {Version} ({Name}) applied", EventName = "MigrationApplied")]
    public static partial void MigrationApplied(ILogger logger, int version, string name);

    [LoggerMessage(10, LogLevel.Information, "Creating the embedded Postgres in {Folder}", EventName = "EmbeddedCreating")]
    public static partial void EmbeddedCreating(ILogger logger, string folder);

    [LoggerMessage(11, LogLevel.Information, "Embedded Postgres {Version} started in {Folder}, process {ProcessId}", EventName = "EmbeddedStarted")]
    public static partial void EmbeddedStarted(ILogger logger, int version, string folder, int processId);

    [LoggerMessage(12, LogLevel.Information, "Embedded Postgres in {Folder} was already running, process {ProcessId}", EventName = "EmbeddedAdopted")]
    public static partial void EmbeddedAdopted(ILogger logger, string folder, int processId);

    [LoggerMessage(13, LogLevel.Information, "Embedded Postgres in {Folder} stopped", EventName = "EmbeddedStopped")]
    public static partial void EmbeddedStopped(ILogger logger, string folder);

    [LoggerMessage(14, LogLevel.Warning, "Embedded Postgres in {Folder} ended unexpectedly; starting it again", EventName = "EmbeddedLost")]
    public static partial void EmbeddedLost(ILogger logger, string folder);

    [LoggerMessage(15, LogLevel.Error, "Embedded Postgres in {Folder} could not be started again; trying on", EventName = "EmbeddedRestartFailed")]
    public static partial void EmbeddedRestartFailed(ILogger logger, string folder, Exception failure);

    [LoggerMessage(16, LogLevel.Warning, "Embedded Postgres in {Folder} did not stop in time; it will recover at the next start", EventName = "EmbeddedStopForced")]
    public static partial void EmbeddedStopForced(ILogger logger, string folder);

    [LoggerMessage(17, LogLevel.Information, "Encrypted {Count} secrets that were stored in the clear", EventName = "SecretsEncrypted")]
    public static partial void SecretsEncrypted(ILogger logger, int count);

    [LoggerMessage(25, LogLevel.Warning, "The database is unavailable: {Reason}", EventName = "DatabaseLost")]
    public static partial void DatabaseLost(ILogger logger, string reason);

    [LoggerMessage(26, LogLevel.Information, "The database is available again after {Seconds} s", EventName = "DatabaseBack")]
    public static partial void DatabaseBack(ILogger logger, double seconds);

    [LoggerMessage(28, LogLevel.Warning, "Acknowledged mail can be lost: {Risk}", EventName = "MailAtRisk")]
    public static partial void MailAtRisk(ILogger logger, string risk);

    [LoggerMessage(27, LogLevel.Error, "The spool in {Folder} failed; messages are rejected temporarily", EventName = "SpoolFailed")]
    public static partial void SpoolFailed(ILogger logger, string folder, Exception failure);

    [LoggerMessage(29, LogLevel.Error, "The disk of {Folder} has {Free} bytes free, less than Limits:FreeDisk ({Limit}): no mail is accepted until there is room", EventName = "DiskLow")]
    public static partial void DiskLow(ILogger logger, string folder, long free, long limit);

    [LoggerMessage(31, LogLevel.Information, "The disk of {Folder} has {Free} bytes free; mail is accepted again", EventName = "DiskFreed")]
    public static partial void DiskFreed(ILogger logger, string folder, long free);

    [LoggerMessage(32, LogLevel.Warning, "The clock of this host is {Seconds} s {Direction} the database's, which counts; set the host's clock", EventName = "ClockSkewed")]
    public static partial void ClockSkewed(ILogger logger, double seconds, string direction);

    [LoggerMessage(EventId = 20, Message = "Other hosts could not be told of {Count} changes; trying on", EventName = "HintsDelayed")]
    public static partial void HintsDelayed(ILogger logger, LogLevel level, int count, Exception failure);

    [LoggerMessage(EventId = 21, Message = "The connection that hears of changes by other hosts was lost; connecting again", EventName = "ListenerLost")]
    public static partial void ListenerLost(ILogger logger, LogLevel level, Exception failure);

    [LoggerMessage(22, LogLevel.Error, "A subscriber to changes of keys and inboxes failed", EventName = "AccountHandlerFailed")]
    public static partial void AccountHandlerFailed(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 23, Message = "What has changed could not be made into events yet; trying on", EventName = "EventsDelayed")]
    public static partial void EventsDelayed(ILogger logger, LogLevel level, Exception failure);

    [LoggerMessage(24, LogLevel.Error, "The event of {Message} was told without what is in it", EventName = "ContentNotTold")]
    public static partial void ContentNotTold(ILogger logger, string? message, Exception failure);

    [LoggerMessage(
        60, LogLevel.Warning,
        "Purged {Events} events of {Organization} early, of which webhooks had yet to receive {Pending}: "
        + "Events:Size is reached",
        EventName = "EventsPurgedEarly")]
    public static partial void EventsPurgedEarly(
        ILogger logger, long events, OrganizationId organization, long pending);

    [LoggerMessage(EventId = 30, Message = "Folder {Folder} of {Inbox} could not be refreshed; trying again later", EventName = "RefreshFailed")]
    public static partial void RefreshFailed(ILogger logger, LogLevel level, InboxId inbox, FolderId folder, Exception failure);
}
