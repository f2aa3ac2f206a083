using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AgentPost.Support;

/// <summary>
/// A TLS server on a loopback port that runs a script for each connection, for servers that behave as no installed one
/// does. Scripts run in the order of the connections; the last one repeats.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stopping = new();
    readonly X509Certificate2 _certificate = CreateCertificate();
    readonly Task _accepting;

    public ScriptedServer(params Func<ScriptedConnection, Task>[] scripts)
    {
        _listener.Start();
        _accepting = AcceptAsync(scripts);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The lines that clients sent, over all connections.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (Lines)
            {
                return [.. Lines];
            }
        }
    }

    internal List<string> Lines { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
        _certificate.Dispose();
    }

    async Task AcceptAsync(Func<ScriptedConnection, Task>[] scripts)
    {
        var running = new List<Task>();
        try
        {
            for (var number = 0; ; number++)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                running.Add(RunAsync(client, scripts[Math.Min(number, scripts.Length - 1)]));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    async Task RunAsync(TcpClient client, Func<ScriptedConnection, Task> script)
    {
        using (client)
        {
            try
            {
                await using var connection = new ScriptedConnection(client.GetStream(), _certificate, Lines, _stopping.Token);
                await script(connection);
            }
            catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client has left, or the test is over.
            }
        }
    }

    static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }
}

/// <summary>One connection of a <see cref="ScriptedServer"/>, in the clear until <see cref="StartTlsAsync"/>.</summary>
public sealed class ScriptedConnection(Stream stream, X509Certificate2 certificate, List<string> heard, CancellationToken stopping) : IAsyncDisposable
{
    readonly byte[] _octet = new byte[1];
    Stream _stream = stream;

    public async Task StartTlsAsync()
    {
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping);
        _stream = tls;
    }

    /// <param name="text">One byte per character.</param>
    public async Task SayAsync(string text)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);
        await _stream.FlushAsync(stopping);
    }

    public async Task SayAsync(ReadOnlyMemory<byte> octets) => await _stream.WriteAsync(octets, stopping);

    /// <summary>Reads a line; null at the end of the connection.</summary>
    public async Task<string?> HearAsync()
    {
        var line = new StringBuilder();
        while (await _stream.ReadAsync(_octet, stopping) > 0)
        {
            if (_octet[0] == '\n')
            {
                var text = line.ToString().TrimEnd('\r');
                lock (heard)
                {
                    heard.Add(text);
                }
                return text;
            }
            line.Append((char)_octet[0]);
        }
        return null;
    }

    /// <summary>Stays silent until the test is over.</summary>
    public Task StayAsync() => Task.Delay(Timeout.Infinite, stopping);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
