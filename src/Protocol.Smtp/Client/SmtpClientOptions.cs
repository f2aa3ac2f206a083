using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Protocol.Smtp.Client;

/// <param name="HelloName">What we call ourselves in EHLO.</param>
public sealed record SmtpClientOptions(string HelloName)
{
    public SmtpTimeouts Timeouts { get; init; } = SmtpTimeouts.Standard;

    /// <summary>Takes the dialogue at level Trace, with secrets masked and without the message.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
