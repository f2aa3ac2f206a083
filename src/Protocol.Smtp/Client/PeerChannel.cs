using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// The connection of a session: sends commands and reads replies, each with a timeout. Network failures, timeouts and
/// invalid replies throw <see cref="SmtpPeerException"/>.
/// </summary>
sealed class PeerChannel : IAsyncDisposable
{
    readonly SmtpPeer _peer;
    readonly WireTrace _trace;
    readonly Socket _socket;
    Stream _stream;
    ReplyReader _replies;

    PeerChannel(SmtpPeer peer, Socket socket, WireTrace trace)
    {
        _peer = peer;
        _trace = trace;
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _replies = new(_stream);
    }

    public bool IsEncrypted => _stream is SslStream;

    public static async Task<PeerChannel> ConnectAsync(SmtpPeer peer, SmtpClientOptions options, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await WithinAsync(
                options.Timeouts.Connect,
                "be reached",
                async token =>
                {
                    await (peer.Address is { } address ? socket.ConnectAsync(address, peer.Port, token) : socket.ConnectAsync(peer.Host, peer.Port, token));
                    return true;
                },
                cancellation);
            return new(peer, socket, new(options.Logger, peer.ToString()));
        }
        catch (SmtpPeerException lost) when (lost.Fault == SmtpFault.Lost)
        {
            socket.Dispose();
            throw new SmtpPeerException(SmtpFault.Unreachable, $"No connection: {lost.InnerException?.Message ?? lost.Message}", null, lost);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Switches to TLS. Fails if the server has sent more data before the handshake, which would count as sent over TLS
    /// (RFC 3207 §6).
    /// </summary>
    public async Task StartTlsAsync(TimeSpan limit, CancellationToken cancellation)
    {
        if (_replies.HasMore)
        {
            throw new SmtpPeerException(SmtpFault.Nonsense, "It said more in the clear after it had agreed to TLS");
        }
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        var isAnswered = false;
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = _peer.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    isAnswered = true;
                    return _peer.Trust.Accepts(certificate, chain, errors);
                },
            };
            await WithinAsync(
                limit,
                "shake hands for TLS",
                async token =>
                {
                    await tls.AuthenticateAsClientAsync(options, token);
                    return true;
                },
                cancellation);
        }
        catch (Exception failure) when (failure is AuthenticationException or SmtpPeerException)
        {
            await tls.DisposeAsync();
            var fault = failure is SmtpPeerException { Fault: SmtpFault.TimedOut } ? SmtpFault.TimedOut : SmtpFault.TlsFailed;
            throw new SmtpPeerException(fault, $"TLS did not come about: {failure.Message}", null, failure) { IsTlsUnanswered = !isAnswered };
        }
        _stream = tls;
        _replies = new(tls);
    }

    public Task<PeerReply> ReadAsync(TimeSpan limit, CancellationToken cancellation) =>
        WithinAsync(
            limit,
            "answer",
            async token =>
            {
                var reply = await _replies.ReadAsync(token);
                _trace.Server(Encoding.UTF8.GetBytes(reply.ToString()));
                return reply;
            },
            cancellation);

    public async Task<PeerReply> AskAsync(string command, TimeSpan limit, CancellationToken cancellation)
    {
        await SayAsync([command], limit, cancellation);
        return await ReadAsync(limit, cancellation);
    }

    /// <summary>Same as <see cref="AskAsync"/>, but writes only the shown text to the trace, not the command.</summary>
    public async Task<PeerReply> AskSecretlyAsync(string shown, string command, TimeSpan limit, CancellationToken cancellation)
    {
        _trace.ClientSecret(shown);
        await WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), limit, cancellation);
        return await ReadAsync(limit, cancellation);
    }

    /// <summary>Sends several commands in one write.</summary>
    public Task SayAsync(IReadOnlyList<string> commands, TimeSpan limit, CancellationToken cancellation)
    {
        foreach (var command in commands)
        {
            if (command.Any(char.IsControl))
            {
                throw new ArgumentException("An address or name with a control character in it would be a command of its own.", nameof(commands));
            }
            _trace.Client(Encoding.UTF8.GetBytes(command));
        }
        return WriteAsync(Encoding.UTF8.GetBytes(string.Concat(commands.Select(command => command + "\r\n"))), limit, cancellation);
    }

    public Task WriteAsync(ReadOnlyMemory<byte> octets, TimeSpan limit, CancellationToken cancellation) =>
        WithinAsync(
            limit,
            "take what was sent",
            async token =>
            {
                await _stream.WriteAsync(octets, token);
                await _stream.FlushAsync(token);
                return true;
            },
            cancellation);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (IOException)
        {
            // Closing TLS sends close_notify, which fails if the server has disconnected.
        }
        _socket.Dispose();
    }

    static async Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(limit);
        try
        {
            return await work(time.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new SmtpPeerException(SmtpFault.TimedOut, $"It took longer than {limit.TotalSeconds:0} s to {what}", null, late);
        }
        catch (Exception lost) when (lost is IOException or SocketException or ObjectDisposedException)
        {
            throw new SmtpPeerException(SmtpFault.Lost, $"The connection was lost: {lost.Message}", null, lost);
        }
    }
}
