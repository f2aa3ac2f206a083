using System.Net.Sockets;
using System.Security.Authentication;
using AgentPost.Store.Model;
using AgentPost.Store.Remote;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace AgentPost.Host.Remote;

/// <summary>
/// A MailKit client over a socket of AgentPost. Limits time and received bytes, and turns every failure of the server
/// into a <see cref="RemoteServerException"/>.
/// </summary>
sealed class ImapConnection : IAsyncDisposable
{
    const int MaxReason = 500;

    bool _isTlsAnswered;

    ImapConnection(ImapServerEndpoint server, Socket socket, ILogger logger)
    {
        Server = server;
        Log = new(new(logger, server.ToString()));
        Receiving = new(new NetworkStream(socket, ownsSocket: true));
        Client = new(Log)
        {
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                _isTlsAnswered = true;
                return server.Trust.Accepts(certificate, chain, errors);
            },
        };
    }

    public ImapServerEndpoint Server { get; }

    public StreamingImapClient Client { get; }

    public ReceiveLimitStream Receiving { get; }

    public ImapWireTap Log { get; }

    /// <summary>
    /// Connects, starts TLS and reads the capabilities. The endpoint of the result contains the TLS mode that was
    /// found.
    /// </summary>
    public static async Task<ImapConnection> OpenAsync(
        ImapServerEndpoint server, ILogger logger, CancellationToken cancellation)
    {
        if (server.Tls is not RemoteTls.Detect)
        {
            return await ConnectAsync(server, logger, cancellation);
        }
        try
        {
            return await ConnectAsync(server with { Tls = RemoteTls.Implicit }, logger, cancellation);
        }
        catch (RemoteServerException notImplicit) when (notImplicit.IsTlsUnanswered)
        {
            try
            {
                return await ConnectAsync(server with { Tls = RemoteTls.StartTls }, logger, cancellation);
            }
            catch (RemoteServerException failed)
            {
                throw new RemoteServerException($"{failed.Message}. With implicit TLS: {notImplicit.Message}", failed);
            }
        }
    }

    /// <summary>Runs a command within a time limit.</summary>
    /// <param name="bytes">Maximum bytes that the server may send in response.</param>
    public async Task<T> RunAsync<T>(
        TimeSpan limit, long bytes, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(limit);
        return await GuardAsync(bytes, () => work(time.Token), cancellation);
    }

    /// <summary>
    /// Runs a command that enforces its own timeout. A cancellation that does not come from the token counts as a
    /// timeout.
    /// </summary>
    public async Task<T> GuardAsync<T>(long bytes, Func<Task<T>> work, CancellationToken cancellation)
    {
        Receiving.Allow(bytes);
        try
        {
            return await work();
        }
        // The client library throws many exception types when a server sends unexpected data.
        catch (Exception failure)
            when (failure is not (RemoteServerException or StoreUnavailableException or OutOfMemoryException))
        {
            cancellation.ThrowIfCancellationRequested();
            throw Explain(failure);
        }
    }

    /// <summary>Makes text from a server safe for a status: one line of limited length.</summary>
    public static string Printable(string text) =>
        string.Create(Math.Min(text.Length, MaxReason), text, (shown, source) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                shown[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        }).Trim();

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return Receiving.DisposeAsync();
    }

    static async Task<ImapConnection> ConnectAsync(
        ImapServerEndpoint server, ILogger logger, CancellationToken cancellation)
    {
        var connection = new ImapConnection(server, await OpenSocketAsync(server, cancellation), logger);
        try
        {
            await connection.SecureAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static async Task<Socket> OpenSocketAsync(ImapServerEndpoint server, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(server.Timeouts.Connect);
        try
        {
            await socket.ConnectAsync(server.Address, server.Port, time.Token);
            return socket;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            var reason = failure is SocketException ? failure.Message : "no response in time";
            throw new RemoteServerException($"{server.Host}, port {server.Port}, cannot be reached: {reason}", failure);
        }
    }

    async Task SecureAsync(CancellationToken cancellation)
    {
        await RunAsync(
            Server.Timeouts.Greeting,
            RemoteImapSession.CommandBytes,
            async token =>
            {
                var options = Server.Tls is RemoteTls.Implicit
                    ? SecureSocketOptions.SslOnConnect
                    : SecureSocketOptions.StartTls;
                await Client.ConnectAsync(Receiving, Server.Host, Server.Port, options, token);
                return true;
            },
            cancellation);
        if (!Client.IsSecure || Client.IsAuthenticated)
        {
            // With PREAUTH, the session would show the mailboxes of an unknown user.
            throw new RemoteServerException($"{Server.Host} greets with PREAUTH or without TLS");
        }
    }

    RemoteServerException Explain(Exception failure)
    {
        var host = Server.Host;
        if (Receiving.IsExceeded)
        {
            return new($"{host} sends more than any response has", failure);
        }
        return failure switch
        {
            _ when Log.Farewell is { } farewell => new($"{host} ended the session: {Printable(farewell)}", failure),
            OperationCanceledException => new($"{host}, port {Server.Port}, did not respond in time", failure)
            {
                IsTlsUnanswered = !_isTlsAnswered && Server.Tls is RemoteTls.Implicit,
            },
            SslHandshakeException or System.Security.Authentication.AuthenticationException =>
                new($"TLS with {host} failed: {Printable(Innermost(failure).Message)}", failure)
                {
                    IsTlsUnanswered = !_isTlsAnswered,
                },
            NotSupportedException =>
                new($"{host} does not support what is needed: {Printable(failure.Message)}", failure),
            FolderNotFoundException missing => new($"{host} has no mailbox {Printable(missing.FolderName)}", failure),
            ImapCommandException { ResponseText: { Length: > 0 } text } =>
                new($"{host} rejected a command: {Printable(text)}", failure),
            ImapCommandException => new($"{host} rejected a command: {Printable(Log.LastLine)}", failure),
            _ when Receiving.IsEnded || failure is IOException or SocketException =>
                new($"The connection to {host} was lost", failure),
            _ => new($"{host} sent an invalid response: {Printable(failure.Message)}", failure),
        };
    }

    static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
