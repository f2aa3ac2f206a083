using System.Net.Security;
using System.Security.Authentication;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Puts TLS 1.2 or 1.3 on a connection: at accept as Kestrel middleware (<c>listen.Use(tls.Accept)</c>), or later (<c>listen.Use(tls.Offer)</c>) for STARTTLS
/// through <c>ClientConnection.StartTlsAsync</c>. No protocol names are negotiated (ALPN): a client that offers <c>imap</c> must not be turned away.
/// </summary>
/// <param name="plaintextAnswer">Line sent in the clear to a client that does not speak TLS at accept, CRLF included.</param>
public sealed class TlsMiddleware(TlsCertificates certificates, ReadOnlyMemory<byte> plaintextAnswer, ILogger<TlsMiddleware> logger)
{
    const byte HandshakeRecord = 0x16;

    /// <summary>A client that has not shaken hands by then is let go.</summary>
    public TimeSpan HandshakeLimit { get; init; } = TimeSpan.FromSeconds(10);

    public ConnectionDelegate Accept(ConnectionDelegate next) => context => AcceptAsync(context, next);

    /// <summary>Middleware for a port where TLS starts later: the connection is told of it, see <c>ClientConnection.OffersTls</c>.</summary>
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
        await using var tls = await HandshakeAsync(context, context.ConnectionClosed);
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

    /// <summary>Null: the client did not come to terms; that is logged and of no further interest. The caller disposes the transport.</summary>
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

    /// <summary>Looks at the first octet without consuming it. A client that waits for a greeting in the clear says nothing: it is told as well.</summary>
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
            // Silent for too long.
        }
        catch (Exception gone) when (IsClientsFault(gone))
        {
            return false;
        }
        Log.PlaintextRefused(logger, context.ConnectionId, context.RemoteEndPoint);
        await context.Transport.Output.WriteAsync(plaintextAnswer, CancellationToken.None);
        return false;
    }

    // SslStream reports a peer that breaks off in the middle as an InvalidOperationException from the pipe below.
    static bool IsClientsFault(Exception exception) =>
        exception is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException;
}
