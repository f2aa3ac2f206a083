using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.Benchmarks.Delivery;

/// <summary>How fast a full queue drains: one inbox has written to many domains, all at one smtp-sink (Postfix's), while nothing was let out.</summary>
static class DrainBenchmark
{
    const int Destinations = 100;

    static readonly string[] Sinks = ["/usr/sbin/smtp-sink", "/opt/homebrew/sbin/smtp-sink", "/usr/local/sbin/smtp-sink"];

    // Messages, and the whole seconds that the sink takes for each.
    static readonly (int Messages, int Pause)[] Runs = [(10_000, 0), (2_000, 1)];

    public static async Task<int> RunAsync()
    {
        foreach (var (messages, pause) in Runs)
        {
            var spent = await DrainAsync(messages, pause);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{messages} messages for {Destinations} domains, {pause} s each at the other server: {spent.TotalSeconds:0.0} s, {messages / spent.TotalSeconds:0} messages/s"));
        }
        return 0;
    }

    static async Task<TimeSpan> DrainAsync(int messages, int pause)
    {
        var port = LoopbackPorts.Next();
        using var sink = await StartSinkAsync(port, pause);
        try
        {
            await using var dns = await DnsServer.StartAsync(
                ["host-record=mx.peer.test,127.0.0.1", .. Enumerable.Range(0, Destinations).Select(i => $"mx-host=d{i}.test,mx.peer.test,10")]);
            await using var postgres = await TestPostgres.StartAsync();
            await using var database = await postgres.CreateDatabaseAsync();
            var key = await FillAsync(database, messages);
            var clock = Stopwatch.StartNew();
            await using var program = await ProgramUnderTest.StartAsync(
                database.ConnectionString,
                ("AGENTPOST_BOOTSTRAP__KEY", key),
                ("AGENTPOST_DELIVERY__MODE", "direct"),
                ("AGENTPOST_DELIVERY__ALLOWPRIVATEADDRESSES", "true"),
                ("AGENTPOST_DELIVERY__PORT", port.ToString(CultureInfo.InvariantCulture)),
                ("AGENTPOST_DNS__SERVERS", dns.EndPoint.ToString()));
            await WaitUntilEmptyAsync(database);
            return clock.Elapsed;
        }
        finally
        {
            sink.Kill();
        }
    }

    static async Task<Process> StartSinkAsync(int port, int pause)
    {
        var program = Sinks.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("smtp-sink is not installed: it comes with Postfix.");
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        string[] slowly = pause > 0 ? ["-w", pause.ToString(CultureInfo.InvariantCulture)] : [];
        var sink = Process.Start(program, [.. user, .. slowly, $"inet:127.0.0.1:{port}", "1000"]);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return sink;
            }
            catch (SocketException) when (!sink.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Sends in mode hold; returns the key to use the inbox with.</summary>
    static async Task<string> FillAsync(TestDatabase database, int messages)
    {
        const int Senders = 8;
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_LIMITS__FIRSTTIMERECIPIENTSPERDAY", "unlimited"));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            await using var smtp = await program.LogInToSmtpAsync();
            for (var i = sender; i < messages; i += Senders)
            {
                var to = $"zoe@d{i % Destinations}.test";
                var text = $"From: {ProgramUnderTest.Inbox}\r\nTo: {to}\r\nSubject: m{i}\r\nMessage-ID: <{i}@agentpost.test>\r\n\r\n{new string('x', 70)}\r\n";
                await smtp.SubmitAsync(ProgramUnderTest.Inbox, [to], Encoding.ASCII.GetBytes(text));
            }
        }));
        return program.Key;
    }

    static async Task WaitUntilEmptyAsync(TestDatabase database)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        while (true)
        {
            await using var command = source.CreateCommand("select (select count(*) from queue), (select count(*) from queue where attempts > 0)");
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            if (reader.GetInt64(1) > 0)
            {
                throw new InvalidOperationException("An attempt failed: this is no measurement.");
            }
            if (reader.GetInt64(0) == 0)
            {
                return;
            }
            await Task.Delay(100);
        }
    }
}
