using AgentPost.Host.Settings;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Smtp;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Store;

namespace AgentPost.Host.Serving;

/// <summary>The doors for mail from other servers. Each counts its connections by itself: who sends mail must not use up the places of those who log in.</summary>
static class InboundHandlers
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);
    static readonly TimeSpan GreetingDelay = TimeSpan.FromMilliseconds(500);

    public static InboundConnectionHandler Mx(Options options, ConnectionGuard guard, IServiceProvider services) => Create(
        Of(options, SmtpService.Mx) with { Inbound = options.Inbound with { GreetingDelay = GreetingDelay } },
        guard,
        services.GetRequiredService<Authenticator>(),
        services);

    /// <summary>One server in front opens as many connections as it likes, and has looked at the mail itself.</summary>
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
