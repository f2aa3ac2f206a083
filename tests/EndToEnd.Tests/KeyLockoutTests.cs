using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using AgentPost.Support;
using Npgsql;

namespace AgentPost.EndToEnd.Tests;

/// <summary>A valid key is never rejected or slowed because of the failures of others, not even from the same address, on no port.</summary>
[CancelAfter(180_000)]
sealed class KeyLockoutTests : RunningProgram
{
    // More than Limits:ConnectionsPerAddress.
    const int Attackers = 150;

    const int Wave = 80;

    // A delayed reply takes 1 to 30 s; the machine that runs the tests may be busy.
    static readonly TimeSpan Prompt = TimeSpan.FromSeconds(20);

    static string WrongKey => $"ap_sk_{Guid.NewGuid():N}{Guid.NewGuid():N}";

    protected override (string Name, string Value)[] Settings => [("AGENTPOST_HTTP__TRUSTEDPROXIES", "127.9.9.9"), ("AGENTPOST_LISTEN__PROXYPROTOCOL", "127.9.9.9")];

    [Test]
    public async Task Wrong_keys_over_HTTP_lock_nobody_out(CancellationToken cancellation)
    {
        using var http = NewHttp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wrong = Enumerable.Range(0, Attackers).Select(_ => RepeatAsync(() => GetAsync(http, WrongKey, stop.Token), stop.Token)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        await AssertValidKeysWorkAsync(cancellation);
        await stop.CancelAsync();
        await Task.WhenAll(wrong);
    }

    [TestCase("imap")]
    [TestCase("smtp")]
    public async Task Wrong_keys_over_mail_lock_nobody_out(string protocol, CancellationToken cancellation)
    {
        // Each wave has fewer connections than an address may have before login; together they have more, and all wait for the reply to a failed login.
        var wrong = new List<LineClient>();
        for (var wave = 0; wave < 2; wave++)
        {
            wrong.AddRange(await Task.WhenAll(Enumerable.Range(0, Wave).Select(_ => BeginWrongLoginAsync(protocol, cancellation))));
            await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        }
        await AssertValidKeysWorkAsync(cancellation);
        foreach (var client in wrong)
        {
            await client.DisposeAsync();
        }
    }

    [Test]
    public async Task Connections_that_never_shake_hands_lock_nobody_out(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var silent = Enumerable.Range(0, Attackers).Select(i => RepeatAsync(
            async () =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", i % 2 == 0 ? Program.ImapPort : Program.SmtpPort, stop.Token);
                await client.GetStream().WriteAsync(new byte[] { 0x16 }, stop.Token);
                await client.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop.Token);
            },
            stop.Token)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(6), cancellation);
        // Those that have just been let in may keep a newcomer out for a moment.
        for (var attempt = 0; !await CanLogInAsync(cancellation); attempt++)
        {
            Assert.That(attempt, Is.LessThan(60));
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellation);
        }
        await stop.CancelAsync();
        await Task.WhenAll(silent);
    }

    [Test]
    public async Task Three_hundred_calls_at_once_are_all_answered(CancellationToken cancellation)
    {
        using var http = NewHttp();
        var inbox = $"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages/wait?subject=everybody&timeout=60";
        var waiting = Enumerable.Range(0, 300).Select(_ => GetAsync(http, Program.Key, cancellation, inbox)).ToList();
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(cancellation));
        await smtp.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        Assert.That(await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent("everybody")), Does.StartWith("250 "));
        // A caller that was woken calls again.
        var again = await Task.WhenAll(waiting.Select(async call => (First: await call, Second: await GetAsync(http, Program.Key, cancellation))));
        Assert.That(again.Select(answer => answer.First).Concat(again.Select(answer => answer.Second)), Is.All.EqualTo(200));
    }

    [Test]
    public async Task Wrong_keys_take_few_connections_to_the_database(CancellationToken cancellation)
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{program.HttpPort}") };
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        var before = await ConnectionsAsync(source, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wrong = Enumerable.Range(0, 400).Select(_ => RepeatAsync(() => GetAsync(http, WrongKey, stop.Token), stop.Token)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(4), cancellation);
        Assert.That(await ConnectionsAsync(source, cancellation), Is.LessThanOrEqualTo(before + 6));
        await stop.CancelAsync();
        await Task.WhenAll(wrong);
    }

    [Test]
    public async Task A_new_key_works_at_once_and_a_revoked_one_no_longer(CancellationToken cancellation)
    {
        using var http = NewHttp();
        using var answer = await SendAsync(http, HttpMethod.Post, Program.Key, "/api/v1/keys", """{"scopes":["inboxes:read"]}""", cancellation);
        var made = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        var (id, secret) = (made.GetProperty("key").GetProperty("id").GetString(), made.GetProperty("secret").GetString()!);
        Assert.That(await GetAsync(http, secret, cancellation), Is.EqualTo(200));
        using var revoked = await SendAsync(http, HttpMethod.Delete, Program.Key, $"/api/v1/keys/{id}", null, cancellation);
        Assert.That((int)revoked.StatusCode, Is.EqualTo(204));
        Assert.That(await GetAsync(http, secret, cancellation), Is.EqualTo(401));
        Assert.That(await GetAsync(http, secret, cancellation), Is.EqualTo(401));
    }

    [Test]
    public async Task Clients_behind_a_trusted_proxy_are_slowed_apart(CancellationToken cancellation)
    {
        using var http = NewHttp("127.9.9.9");
        // 1 + 2 + 4 s for one client.
        var slow = Stopwatch.StartNew();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await GetAsync(http, WrongKey, cancellation, forwardedFor: "198.51.100.7"), Is.EqualTo(401));
        }
        Assert.That(slow.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(6.5)));
        var other = Stopwatch.StartNew();
        Assert.That(await GetAsync(http, WrongKey, cancellation, forwardedFor: "203.0.113.9, 198.51.100.8"), Is.EqualTo(401));
        Assert.That(other.Elapsed, Is.LessThan(TimeSpan.FromSeconds(4)), "the first delay of another client is a second");
    }

    [Test]
    public async Task The_session_of_a_client_behind_a_PROXY_has_its_address(CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Parse("127.9.9.9"), 0));
        await socket.ConnectAsync("127.0.0.1", Program.SmtpPort, cancellation);
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 12, 198, 51, 100, 7, 127, 0, 0, 1, 0x12, 0x34, 0, 25];
        await socket.SendAsync(header, cancellation);
        await using var secure = new System.Net.Security.SslStream(new NetworkStream(socket));
        await secure.AuthenticateAsClientAsync(new() { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, cancellation);
        using var reader = new StreamReader(secure, Encoding.ASCII);
        await using var writer = new StreamWriter(secure, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        Assert.That(await reader.ReadLineAsync(cancellation), Does.StartWith("220 "));
        foreach (var command in new[]
        {
            "HELO client.test", $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{ProgramUnderTest.Inbox}\0{Program.Key}"))}",
            $"MAIL FROM:<{ProgramUnderTest.Inbox}>", $"RCPT TO:<{ProgramUnderTest.Inbox}>", "DATA", $"From: {ProgramUnderTest.Inbox}\r\nSubject: proxied\r\n\r\nx\r\n.",
        })
        {
            await writer.WriteLineAsync(command);
            Assert.That(await reader.ReadLineAsync(cancellation), Does.StartWith("2").Or.StartWith("3"), command);
        }
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(cancellation));
        await imap.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
        await imap.CommandAsync("SELECT INBOX");
        var received = (await imap.CommandAsync("FETCH * BODY.PEEK[HEADER.FIELDS (RECEIVED SUBJECT)]")).EnsureOk().Untagged;
        Assert.That(string.Concat(received), Does.Contain("Subject: proxied").And.Contain("[198.51.100.7]"));
    }

    async Task AssertValidKeysWorkAsync(CancellationToken cancellation)
    {
        using var http = NewHttp();
        for (var round = 0; round < 3; round++)
        {
            var clock = Stopwatch.StartNew();
            Assert.That(await GetAsync(http, Program.Key, cancellation), Is.EqualTo(200));
            Assert.That(await CanLogInAsync(cancellation), Is.True);
            using (var socket = new ClientWebSocket())
            {
                socket.Options.SetRequestHeader("Authorization", $"Bearer {Program.Key}");
                await socket.ConnectAsync(new($"ws://127.0.0.1:{Program.HttpPort}/ws"), cancellation);
                Assert.That(socket.State, Is.EqualTo(WebSocketState.Open));
            }
            Assert.That(clock.Elapsed, Is.LessThan(Prompt));
        }
    }

    // IMAP and SMTP; whatever goes wrong is false.
    async Task<bool> CanLogInAsync(CancellationToken cancellation)
    {
        try
        {
            await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(cancellation));
            await imap.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
            await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(cancellation));
            await smtp.LogInAsync(ProgramUnderTest.Inbox, Program.Key);
            return true;
        }
        catch (Exception rejected) when (rejected is IOException or InvalidOperationException or SocketException)
        {
            TestContext.Out.WriteLine(rejected.Message);
            return false;
        }
    }

    // Does not wait for the reply.
    async Task<LineClient> BeginWrongLoginAsync(string protocol, CancellationToken cancellation)
    {
        var client = await (protocol == "imap" ? Program.ConnectImapAsync(cancellation) : Program.ConnectSmtpAsync(cancellation));
        await client.ReadLineAsync(cancellation);
        if (protocol == "imap")
        {
            await client.SendLineAsync($"a LOGIN {ProgramUnderTest.Inbox} {WrongKey}", cancellation);
            return client;
        }
        await client.SendLineAsync("HELO client.test", cancellation);
        await client.ReadLineAsync(cancellation);
        await client.SendLineAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{ProgramUnderTest.Inbox}\0{WrongKey}"))}", cancellation);
        return client;
    }

    static async Task RepeatAsync(Func<Task> attack, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await attack();
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException or SocketException or HttpRequestException or OperationCanceledException)
            {
                // Cut off, as attackers are.
                await Task.Delay(500, CancellationToken.None);
            }
        }
    }

    static async Task<long> ConnectionsAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    HttpClient NewHttp(string? address = null) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, token) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (address is not null)
            {
                socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Parse(address), 0));
            }
            await socket.ConnectAsync(context.DnsEndPoint, token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Program.HttpPort}")),
        Timeout = TimeSpan.FromSeconds(100),
    };

    static async Task<int> GetAsync(HttpClient http, string key, CancellationToken cancellation, string path = "/api/v1/inboxes", string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }
        using var answer = await http.SendAsync(request, cancellation);
        return (int)answer.StatusCode;
    }

    static Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string key, string path, string? json, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return http.SendAsync(request, cancellation);
    }
}
