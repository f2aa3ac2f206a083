namespace AgentPost.Host;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Ended {Sessions} sessions whose key or inbox has ended")]
    public static partial void LoginsEnded(ILogger logger, int sessions);

    [LoggerMessage(2, LogLevel.Warning, "Could not check which logins have ended; trying again")]
    public static partial void LoginCheckFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Could not remove old mail and records; trying again in an hour")]
    public static partial void PurgeFailed(ILogger logger, Exception exception);

    [LoggerMessage(20, LogLevel.Error, "A call of the HTTP API failed: {Method} {Path} ({RequestId})")]
    public static partial void CallFailed(ILogger logger, string method, string path, string requestId, Exception exception);
}
