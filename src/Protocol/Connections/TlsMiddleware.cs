using System.Net.Security;
using System.Security.Authentication;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Secures a connection with TLS 1.2 or 1.3: at accept as Kestrel middleware (<c>listen.Use(tls.Accept)</c>), or later
/// for STARTTLS (<c>listen.Use(tls.Offer)</c>) through <c>ClientConnection.StartTlsAsync</c>. Does not negotiate ALPN,
/// so that a client that offers <c>imap</c> is not rejected.
/// </summary>
/// <param name="plaintextAnswer">
/// Line sent in plaintext, CRLF included, to a client that does not start TLS at accept.
/// </param>
public sealed class TlsMiddleware(TlsCertificates certificates, ReadOnlyMemory<byte> plaintextAnswer, ILogger<TlsMiddleware> logger)
{
    const byte HandshakeRecord = 0x16;

    /// <summary>Timeout for the handshake. Default: 10 seconds.</summary>
    public TimeSpan HandshakeLimit { get; init; } = TimeSpan.FromSeconds(10);

    public ConnectionDelegate Accept(ConnectionDelegate next) => context => AcceptAsync(context, next);

    /// <summary>Middleware for a port with STARTTLS: makes <c>ClientConnection.OffersTls</c> true.</summary>
    public ConnectionDelegate Offer(ConnectionDelegate next) => context =>
    {
        context.Features.Set(this);
        return next(context);
    };

    async Task AcceptAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var admission = context.Features.Get<AcceptedConnection>()?.Admission;
        admission?.IsInHandshake = true;
        if (!await SpeaksTlsAsync(context))
        {
            return;
        }
        // Not until ConnectionClosed: it is signaled when the client has sent all it has to say, too.
        await using var tls = await HandshakeAsync(context, CancellationToken.None);
        if (tls is null)
        {
            return;
        }
        admission?.IsInHandshake = false;
        var clear = context.Transport;
        context.Transport = tls;
        try
        {
            await next(context);
        }
        finally
        {
            context.Transport = clear;
        }
    }

    /// <summary>
    /// Runs the handshake. Returns null if it fails because of the client, which is logged. The caller disposes the
    /// transport.
    /// </summary>
    internal async Task<TlsTransport?> HandshakeAsync(ConnectionContext context, CancellationToken cancellation)
    {
        var stream = new SslStream(new DuplexPipeStream(context.Transport));
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(HandshakeLimit);
            await stream.AuthenticateAsServerAsync(certificates.Current, limit.Token);
            context.Features.Set(new TlsSession(stream.SslProtocol, stream.NegotiatedCipherSuite));
            return new(stream);
        }
        catch (Exception refused) when (IsClientsFault(refused))
        {
            Log.HandshakeFailed(logger, context.ConnectionId, context.RemoteEndPoint, refused.Message);
            await stream.DisposeAsync();
            return null;
        }
    }

    /// <summary>
    /// Checks the first byte without consuming it. Sends the plaintext line to a client that does not start TLS, and to
    /// one that sends nothing because it waits for a plaintext greeting.
    /// </summary>
    async Task<bool> SpeaksTlsAsync(ConnectionContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        limit.CancelAfter(HandshakeLimit);
        try
        {
            var read = await context.Transport.Input.ReadAsync(limit.Token);
            var silent = read.Buffer.IsEmpty;
            var speaksTls = !silent && read.Buffer.FirstSpan[0] == HandshakeRecord;
            context.Transport.Input.AdvanceTo(read.Buffer.Start);
            if (silent || speaksTls)
            {
                return speaksTls;
            }
        }
        catch (OperationCanceledException) when (!context.ConnectionClosed.IsCancellationRequested)
        {
            // The client sent nothing within the timeout.
        }
        catch (Exception gone) when (IsClientsFault(gone))
        {
            return false;
        }
        Log.PlaintextRefused(logger, context.ConnectionId, context.RemoteEndPoint);
        await context.Transport.Output.WriteAsync(plaintextAnswer, CancellationToken.None);
        return false;
    }

    // SslStream reports a disconnect during the handshake as an InvalidOperationException from the pipe.
    static bool IsClientsFault(Exception exception) =>
        exception is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException;
}
