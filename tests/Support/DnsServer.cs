using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentPost.Support;

/// <summary>dnsmasq, run as a process on a free loopback port with records of its own and no other server behind it. Disposing stops it.</summary>
public sealed class DnsServer : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Of Debian, Homebrew.
    static readonly string[] Programs = ["/usr/sbin/dnsmasq", "/opt/homebrew/sbin/dnsmasq", "/usr/local/sbin/dnsmasq"];

    readonly string _folder = Directory.CreateTempSubdirectory("agentpost-dns-").FullName;
    readonly Process _process;
    readonly Task<string> _log;

    DnsServer(IEnumerable<string> configuration, int port)
    {
        EndPoint = new(IPAddress.Loopback, port);
        var file = Path.Combine(_folder, "dnsmasq.conf");
        File.WriteAllLines(file, configuration);
        var program = Programs.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("dnsmasq is not installed: ./agentpost test does it, or apt-get install dnsmasq-base.");
        _process = Process.Start(new ProcessStartInfo(program, Words(file, port)) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("dnsmasq did not start.");
        _log = _process.StandardError.ReadToEndAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <param name="records">Lines of its configuration: <c>txt-record=a.test,"v=spf1 -all"</c>, <c>mx-host=</c>, <c>host-record=</c>, <c>cname=</c>, <c>ptr-record=</c>.
    /// A line has at most 1,000 characters. Names below <c>test</c> that are not there do not exist; all others are refused.</param>
    public static Task<DnsServer> StartAsync(params string[] records) => StartAsync(LoopbackPorts.Next(), records);

    /// <summary>As the other, on a port that somebody already knows.</summary>
    public static async Task<DnsServer> StartAsync(int port, params string[] records)
    {
        var server = new DnsServer(["local=/test/", "local=/arpa/", .. records], port);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on nobody answers.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static string[] Words(string file, int port) =>
    [
        "--no-daemon", "--no-resolv", "--no-hosts", "--no-poll", "--bind-interfaces", "--listen-address=127.0.0.1", "--conf-file=" + file,
        "--local-ttl=60", "--port=" + port.ToString(CultureInfo.InvariantCulture),
    ];

    async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(EndPoint, limit.Token);
                return;
            }
            catch (SocketException refused)
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"dnsmasq ended: {await _log}", refused);
                }
                await Task.Delay(Pause, limit.Token);
            }
        }
    }
}
