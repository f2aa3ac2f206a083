using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Smtp.Client;

/// <param name="HelloName">The name of this server in EHLO.</param>
public sealed record SmtpClientOptions(string HelloName)
{
    public SmtpTimeouts Timeouts { get; init; } = SmtpTimeouts.Standard;

    /// <summary>
    /// Receives the commands and replies at level Trace, with secrets masked and without message content.
    /// </summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
