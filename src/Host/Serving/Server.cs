using System.Net.Sockets;
using AgentPost.Host.Api;
using AgentPost.Host.Api.Documents;
using AgentPost.Host.Api.Events;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Logging;
using AgentPost.Host.Remote;
using AgentPost.Host.Settings;
using AgentPost.Host.Setup;
using AgentPost.Host.Workers.Delivery;
using AgentPost.Host.Workers.Polling;
using AgentPost.Host.Workers.Supervision;
using AgentPost.Host.Workers.Upkeep;
using AgentPost.Host.Workers.WebhookCalls;
using AgentPost.Protocol.Connections;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Tls;
using AgentPost.Store;

namespace AgentPost.Host.Serving;

/// <summary>Composes the running server from store, certificates, listeners and workers.</summary>
static class Server
{
    /// <summary>Maximum time for sessions to finish their command and close during shutdown.</summary>
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Number of arenas of the C library's allocator. By default there are many, and each keeps memory that many
    /// connections needed.
    /// </summary>
    const int Arenas = 2;

    /// <summary>Serves until SIGTERM or SIGINT.</summary>
    public static async Task RunAsync(Options options, CancellationToken cancellation)
    {
        var listeners = Listener.All(options);
        Listener.EnsureDistinct(listeners);
        foreach (var listener in listeners)
        {
            listener.EnsureFree();
        }
        NativeHeap.LimitArenas(Arenas);
        using var loggers = Loggers.Create(options.LogLevel);
        using var certificates = Certificates.Open(options, loggers);
        await using var store = await MailStore.OpenAsync(options.Store, loggers, TimeProvider.System, cancellation);
        await Bootstrap.EnsureAsync(store.Accounts, options, cancellation);
        await using var app = Build(options, certificates, store, loggers);
        await StartAsync(app, cancellation);
        var firstKey = await FirstRun.CreateAccountAsync(store.Accounts, options, cancellation);
        Console.WriteLine(firstKey is null
            ? $"AgentPost is listening: {string.Join(", ", Listener.All(options))}."
            : FirstRun.Banner(options, certificates.CaPath, firstKey));
        await app.WaitForShutdownAsync(cancellation);
        if (app.Services.GetRequiredService<Supervisor>().Fatal is { } fatal)
        {
            // A service manager restarts a process that failed, but not one that was stopped.
            throw new CommandException($"AgentPost stopped for lack of memory: {fatal.Message} Start it again.", fatal);
        }
    }

    static async Task StartAsync(WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        // Another program took the port after it was found to be free. Kestrel's message names it.
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            throw new CommandException($"{taken.Message} Stop the program that took the port, or set another port.", taken);
        }
    }

    static WebApplication Build(Options options, TlsCertificates certificates, MailStore store, ILoggerFactory loggers)
    {
        // An empty builder reads no ASPNETCORE_… variables: only the settings in the table apply.
        var builder = WebApplication.CreateEmptyBuilder(new());
        var ports = new Ports(options, certificates, loggers);
        builder.Services
            .AddSingleton(loggers)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(store.Time)
            .AddSingleton(store)
            .AddSingleton(options)
            .AddSingleton(new DnsClient(options.Dns ?? DnsOptions.OfSystem(), TimeProvider.System))
            .AddSingleton(new SessionRegistry(store.Time))
            .AddSingleton(ports.MailGuard)
            .AddSingleton(new ImapOptions(options.Hostname)
            {
                MessageOctets = options.MessageSize,
                ConnectionsPerInbox = AsCount(options.ImapConnectionsPerInbox),
                HiddenCapabilities = options.ImapHide,
            })
            .AddSingleton(new SmtpOptions(options.Hostname) { MaxMessageSize = options.MessageSize, Recipients = AsCount(options.Recipients) })
            .AddSingleton(services => new Authenticator(services.GetRequiredService<DnsClient>(), TimeProvider.System))
            .AddSingleton(new KeyGate(store, ports.HttpGuard, store.Time))
            .AddSingleton<LargeBodies>()
            .AddSingleton<ApiFrame>()
            .AddSingleton<RemoteServerConnector>()
            .AddSingleton<PollingSignal>()
            .AddSingleton<EventSockets>()
            .AddSingleton<WebhookCaller>()
            .AddSingleton<QueueLeases>()
            .AddSingleton<Worker>(services => services.GetRequiredService<QueueLeases>())
            .AddSingleton<RetentionLease>()
            .AddSingleton<Worker>(services => services.GetRequiredService<RetentionLease>())
            .AddSingleton<Worker, ClockWatch>()
            .AddSingleton<Worker, DeliveryWorker>()
            .AddSingleton<Worker, RemoteAccountWorker>()
            .AddSingleton<Worker, WebhookWorker>()
            .AddSingleton<Worker, LoginWatch>()
            .AddSingleton<Worker, SocketWatch>()
            .AddSingleton<Worker, SessionTelling>()
            .AddSingleton<Worker, LoginSummary>()
            .AddSingleton<Worker, RetentionWorker>()
            .AddSingleton<Worker, MemoryTrimmer>()
            .AddSingleton<Supervisor>()
            .AddHostedService(services => services.GetRequiredService<Supervisor>())
            .AddRoutingCore()
            .Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(ports.Listen);
        var app = builder.Build();
        ForwardedClient.Map(app, options.HttpTrustedProxies);
        Health.Map(app, store, app.Services.GetRequiredService<Supervisor>());
        app.UseWebSockets(EventSockets.Protocol);
        ApiFrame.Map(app);
        EventSockets.Map(app);
        ApiDocuments.Map(app, EndpointTable.Rows);
        ClientSetup.Map(app, options, certificates.CaPath);
        return app;
    }

    internal static int AsCount(long limit) => (int)Math.Min(limit, int.MaxValue);
}
