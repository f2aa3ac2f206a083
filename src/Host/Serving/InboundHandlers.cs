using AgentPost.Host.Settings;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;

namespace AgentPost.Host.Serving;

/// <summary>
/// Creates the handlers for mail from other servers. Their connections are counted separately, so that senders cannot
/// use up the slots of clients that log in.
/// </summary>
static class InboundHandlers
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);
    static readonly TimeSpan GreetingDelay = TimeSpan.FromMilliseconds(500);

    public static InboundConnectionHandler Mx(Options options, ConnectionGuard guard, IServiceProvider services) => Create(
        Of(options, SmtpService.Mx) with { Inbound = options.Inbound with { GreetingDelay = GreetingDelay } },
        guard,
        services.GetRequiredService<Authenticator>(),
        services);

    /// <summary>
    /// Creates the LMTP handler without a rate limit: one front-end server opens as many connections as it needs, and
    /// has already filtered the mail.
    /// </summary>
    public static InboundConnectionHandler Lmtp(Options options, ConnectionGuard guard, IServiceProvider services) => Create(
        Of(options, SmtpService.Lmtp) with { Inbound = options.Inbound with { MessagesPerMinute = long.MaxValue } }, guard, null, services);

    static SmtpOptions Of(Options options, SmtpService service) => new(options.Hostname)
    {
        Service = service,
        MaxMessageSize = options.MessageSize,
        Recipients = Server.AsCount(options.Recipients),
        Limits = new(Login: Timeout.InfiniteTimeSpan, Idle),
    };

    static InboundConnectionHandler Create(SmtpOptions options, ConnectionGuard guard, Authenticator? authenticator, IServiceProvider services) => new(
        options,
        services.GetRequiredService<MailStore>(),
        guard,
        authenticator,
        TimeProvider.System,
        services.GetRequiredService<ILogger<InboundConnectionHandler>>());
}
