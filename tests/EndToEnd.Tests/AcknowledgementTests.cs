using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace AgentPost.EndToEnd.Tests;

/// <summary>A client that writes the end of a message apart from its body must not wait for a delayed acknowledgement, which Linux sends after 40 ms at the earliest.</summary>
[Platform("Linux", Reason = "Other systems have no TCP_QUICKACK.")]
sealed class AcknowledgementTests : RunningProgram
{
    const int Attempts = 20;

    // The kernel acknowledges the first packets of a connection at once.
    const int ExchangesBefore = 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan DelayedAcknowledgement = TimeSpan.FromMilliseconds(40);

    public enum Service
    {
        Imap,
        Submission,
        Mx,
        Lmtp,
    }

    [Test]
    public async Task The_beginning_of_a_command_is_acknowledged_while_the_server_waits_for_its_end([Values] Service service)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", PortOf(service), limit.Token);
        await using var stream = await OpenAsync(socket, service, limit.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        await reader.ReadLineAsync(limit.Token);
        var (beginning, end) = service is Service.Imap ? ("a NO", "OP\r\n") : ("NO", "OP\r\n");
        for (var i = 0; i < ExchangesBefore; i++)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning + end), limit.Token);
            Assert.That(await reader.ReadLineAsync(limit.Token), Does.Match("^(a OK|250) "));
        }
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < Attempts; i++)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), limit.Token);
            var taken = UntilAcknowledged(socket);
            fastest = taken < fastest ? taken : fastest;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(end), limit.Token);
            await reader.ReadLineAsync(limit.Token);
        }
        // One prompt acknowledgement is enough: a machine under load may be late with the others, but without prompting none can come so early.
        Assert.That(fastest, Is.LessThan(DelayedAcknowledgement * 0.9));
    }

    int PortOf(Service service) => service switch
    {
        Service.Imap => Program.ImapPort,
        Service.Submission => Program.SmtpPort,
        Service.Mx => Program.MxPort,
        _ => Program.LmtpPort,
    };

    static async Task<Stream> OpenAsync(Socket socket, Service service, CancellationToken cancellation)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (service is Service.Mx or Service.Lmtp)
        {
            return plain;
        }
        var secure = new SslStream(plain, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation);
        return secure;
    }

    // tcp_info.tcpi_unacked
    static TimeSpan UntilAcknowledged(Socket socket)
    {
        const int TcpLevel = 6;
        const int TcpInfoOption = 11;
        const int UnackedOffset = 24;
        var info = new byte[104];
        var watch = Stopwatch.StartNew();
        do
        {
            Thread.Yield();
            socket.GetRawSocketOption(TcpLevel, TcpInfoOption, info);
        }
        while (MemoryMarshal.Read<int>(info.AsSpan(UnackedOffset)) > 0);
        return watch.Elapsed;
    }
}
