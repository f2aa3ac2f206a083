using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AgentPost.Support;

/// <summary>
/// A TLS connection that speaks in lines and shows octets as they came: text is Latin-1, so that every octet is one character.
/// One caller at a time may read, another may write. Disposing closes the connection.
/// </summary>
public sealed class LineClient : IAsyncDisposable
{
    readonly Stream _stream;
    readonly byte[] _buffer = new byte[16 * 1024];
    int _start;
    int _end;

    LineClient(Stream stream) => _stream = stream;

    /// <summary>Connects and verifies the server's certificate against <paramref name="authority"/>; null verifies nothing (for foreign servers).</summary>
    public static async Task<LineClient> ConnectAsync(
        string host, int port, X509Certificate2? authority, CancellationToken cancellation)
    {
        var plain = await ConnectPlainAsync(host, port, cancellation);
        var secure = new SslStream(plain._stream);
        try
        {
            await secure.AuthenticateAsClientAsync(TlsOptions(authority), cancellation);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
        return new(secure);
    }

    /// <summary>Connects without TLS.</summary>
    public static async Task<LineClient> ConnectPlainAsync(string host, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Goes on in TLS after STARTTLS; this object is of no use any more but to be disposed through the one returned.</summary>
    public async Task<LineClient> StartTlsAsync(CancellationToken cancellation)
    {
        var secure = new SslStream(_stream);
        await secure.AuthenticateAsClientAsync(TlsOptions(null), cancellation);
        return new(secure);
    }

    public Task SendLineAsync(string line, CancellationToken cancellation) =>
        SendAsync(Encoding.Latin1.GetBytes(line + "\r\n"), cancellation);

    public async Task SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        await _stream.WriteAsync(octets, cancellation);
        await _stream.FlushAsync(cancellation);
    }

    /// <summary>The next line without its CRLF; null when the server has closed. What stands before the close without CRLF is a line too.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new ArrayBufferWriter<byte>();
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var take = found < 0 ? _end - _start : found + 1;
            line.Write(_buffer.AsSpan(_start, take));
            _start += take;
            if (found >= 0)
            {
                return WithoutLineEnd(Encoding.Latin1.GetString(line.WrittenSpan));
            }
            if (!await FillAsync(cancellation))
            {
                return line.WrittenCount == 0 ? null : Encoding.Latin1.GetString(line.WrittenSpan);
            }
        }
    }

    /// <summary>Exactly this many octets, or fewer when the server closes before.</summary>
    public async Task<byte[]> ReadOctetsAsync(int count, CancellationToken cancellation)
    {
        var octets = new ArrayBufferWriter<byte>(Math.Max(count, 1));
        while (octets.WrittenCount < count && (_start < _end || await FillAsync(cancellation)))
        {
            var take = Math.Min(count - octets.WrittenCount, _end - _start);
            octets.Write(_buffer.AsSpan(_start, take));
            _start += take;
        }
        return octets.WrittenSpan.ToArray();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    async Task<bool> FillAsync(CancellationToken cancellation)
    {
        try
        {
            _start = 0;
            _end = 0;
            _end = await _stream.ReadAsync(_buffer, cancellation);
            return _end > 0;
        }
        catch (IOException)
        {
            return false; // a reset is a close
        }
    }

    static SslClientAuthenticationOptions TlsOptions(X509Certificate2? authority) => authority is null
        ? new() { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }
        : new()
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };

    static string WithoutLineEnd(string line) => line.EndsWith("\r\n", StringComparison.Ordinal) ? line[..^2] : line[..^1] + "\\n";
}
