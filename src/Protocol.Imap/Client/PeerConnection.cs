using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>
/// The octets of a session: lines and counted octets in, commands out, TLS beneath. A read from the network is never cancelled, only no longer waited for, so that what
/// comes later is not lost. Every failure is an <see cref="ImapPeerException"/>. Used by one task at a time.
/// </summary>
sealed class PeerConnection : IAsyncDisposable
{
    /// <summary>Octets of a line; FLAGS and SEARCH of large mailboxes are long.</summary>
    public const int LongestLine = 1024 * 1024;

    readonly ImapPeer _peer;
    readonly WireTrace _trace;
    Stream _stream;
    byte[] _buffer = new byte[16 * 1024];
    int _start;
    int _end;
    Task<int>? _reading;

    PeerConnection(ImapPeer peer, Socket socket, ILogger logger)
    {
        _peer = peer;
        _trace = new(logger, peer.ToString());
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public static async Task<PeerConnection> ConnectAsync(ImapPeer peer, ILogger logger, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await (peer.Address is { } address ? socket.ConnectAsync(address, peer.Port, cancellation) : socket.ConnectAsync(peer.Host, peer.Port, cancellation));
            return new(peer, socket, logger);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new ImapPeerException(ImapFault.Unreachable, $"{peer.Host}, port {peer.Port}, cannot be reached: {failure.Message}", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Goes on in TLS. What has come before the handshake would count as said in TLS: it ends the session (RFC 3501 §11.1).</summary>
    public async Task StartTlsAsync(CancellationToken cancellation)
    {
        if (_start < _end || _reading is not null)
        {
            throw new ImapPeerException(ImapFault.Nonsense, $"{_peer.Host} said more in the clear after it had agreed to TLS");
        }
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = _peer.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _peer.Trust.Accepts(certificate, chain, errors),
                },
                cancellation);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            throw new ImapPeerException(ImapFault.TlsFailed, $"TLS with {_peer.Host} did not come about: {failure.Message}", failure);
        }
    }

    /// <summary>Sends octets as they are.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        try
        {
            await _stream.WriteAsync(octets, cancellation);
            await _stream.FlushAsync(cancellation);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw Lost(failure);
        }
    }

    /// <param name="shown">What the trace shows of a line with a secret; null: all.</param>
    public ValueTask SendLineAsync(string line, string? shown, CancellationToken cancellation)
    {
        var octets = Encoding.UTF8.GetBytes(line + "\r\n");
        if (shown is null)
        {
            _trace.Client(octets);
        }
        else
        {
            _trace.ClientSecret(shown);
        }
        return SendAsync(octets, cancellation);
    }

    /// <summary>The next line without its end, an octet a character.</summary>
    public async ValueTask<string> ReadLineAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return TakeLine(searched + found);
            }
            searched = _end - _start;
            if (searched > LongestLine)
            {
                throw new ImapPeerException(ImapFault.Nonsense, $"{_peer.Host} sends a line without end");
            }
            await FillAsync(cancellation);
        }
    }

    /// <summary>The next octets, at least one and at most so many; valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadOctetsAsync(long most, CancellationToken cancellation)
    {
        if (_start == _end)
        {
            await FillAsync(cancellation);
        }
        var count = (int)Math.Min(most, _end - _start);
        _start += count;
        return _buffer.AsMemory(_start - count, count);
    }

    /// <summary>Waits until the server has said something, for so long, or until the interruption. What is being read then is there at the next call.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit, Task interruption, CancellationToken cancellation)
    {
        if (_start < _end)
        {
            return true;
        }
        var reading = Read();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(reading, interruption, Task.Delay(limit, ended.Token));
        await ended.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return reading.IsCompleted;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (_reading is not null)
        {
            // It ends with the stream, in one way or the other.
            await Task.WhenAny(_reading);
        }
    }

    string TakeLine(int length)
    {
        var line = _buffer.AsSpan(_start, length);
        _trace.Server(line);
        _start += length + 1;
        return Encoding.Latin1.GetString(line is [.. var text, (byte)'\r'] ? text : line);
    }

    async ValueTask FillAsync(CancellationToken cancellation)
    {
        try
        {
            var count = await Read().WaitAsync(cancellation);
            _reading = null;
            _end += count;
            if (count == 0)
            {
                throw Lost(null);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            throw Lost(failure);
        }
    }

    Task<int> Read()
    {
        if (_reading is null)
        {
            MakeRoom();
            _reading = _stream.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None).AsTask();
        }
        return _reading;
    }

    void MakeRoom()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    ImapPeerException Lost(Exception? failure) => new(ImapFault.Lost, $"The connection to {_peer.Host} was lost{(failure is null ? "" : ": " + failure.Message)}", failure);
}
