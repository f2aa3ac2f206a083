using AgentPost.Protocol.Smtp.Session;
using AgentPost.Protocol.Smtp.Wire;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Net;
using SmtpServer.Storage;
using ServiceProvider = SmtpServer.ComponentModel.ServiceProvider;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// Runs the sessions of one listener on the package SmtpServer, which accepts them, decides which command is allowed
/// when, and calls authenticator, filter and store. It never touches the connection: see <see cref="EngineSession"/>.
/// Thread-safe.
/// </summary>
sealed class SmtpEngine
{
    readonly SessionListener _listener = new();
    readonly SmtpServices _services;
    readonly Task _running;

    public SmtpEngine(SmtpServices services)
    {
        _services = services;
        var server = new SmtpServer.SmtpServer(OptionsFor(services), new EngineServices(_listener));
        server.SessionFaulted += (_, fault) => EndFaulted(EngineSession.Of(fault.Context).Context, fault.Exception);
        _running = server.StartAsync(CancellationToken.None);
    }

    /// <summary>Runs one session to its end.</summary>
    public async Task RunAsync(SmtpContext context)
    {
        var connection = context.Connection;
        Log.SessionBegan(_services.Logger, connection.ConnectionId, connection.RemoteAddress);
        try
        {
            if (await AdmitAsync(context) is { } rejection)
            {
                context.Write(rejection);
            }
            else
            {
                // SmtpServer runs until the process stops. If it fails, connections fail instead of waiting forever.
                await await Task.WhenAny(_listener.RunAsync(new(context)), _running);
            }
            await context.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            Log.ClientGone(_services.Logger, connection.ConnectionId, gone.Message);
        }
        Log.SessionEnded(_services.Logger, connection.ConnectionId);
    }

    /// <summary>Returns null if the session may start.</summary>
    async Task<Reply?> AdmitAsync(SmtpContext context)
    {
        context.Admission = context.Connection.Admit(_services.Guard);
        return context.Admission is null ? ClosingReplies.TooManyConnections
            : await EarlyTalker.SpeaksAsync(context, CancellationToken.None) ? ClosingReplies.EarlyTalker
            : null;
    }

    // The limits of the package are disabled: those of the connection, the session and the message apply.
    static ISmtpServerOptions OptionsFor(SmtpServices services) => new SmtpServerOptionsBuilder()
        .ServerName(services.Options.Hostname)
        .MaxRetryCount(int.MaxValue)
        .MaxAuthenticationAttempts(int.MaxValue)
        .CommandWaitTimeout(Timeout.InfiniteTimeSpan)
        .Endpoint(endpoint => endpoint
            .AuthenticationRequired(services.RequiresLogin)
            .Certificate(new NoCertificate())
            .SessionTimeout(Timeout.InfiniteTimeSpan))
        .Build();

    // A failure outside FailureReplies is a bug, here or in the package. The client still receives 421.
    void EndFaulted(SmtpContext context, Exception failure)
    {
        Log.SessionFailed(_services.Logger, failure, context.Connection.ConnectionId);
        context.Write(ClosingReplies.InternalError);
    }

    // The connection has the certificate. The package only has to know that STARTTLS is allowed.
    sealed class NoCertificate : ICertificateFactory
    {
        public System.Security.Cryptography.X509Certificates.X509Certificate GetServerCertificate(
            ISessionContext sessionContext) => null!;
    }

    sealed class EngineServices : IServiceProvider
    {
        readonly ServiceProvider _others = new();
        readonly SessionListener _listener;

        public EngineServices(SessionListener listener)
        {
            _listener = listener;
            _others.Add((IUserAuthenticator)new KeyAuthenticator());
            _others.Add((IMailboxFilter)new EnvelopeFilter());
            _others.Add((IMessageStore)new SpooledMessageStore());
        }

        public object? GetService(Type serviceType) =>
            serviceType == typeof(IEndpointListenerFactory) ? _listener : _others.GetService(serviceType);
    }
}
