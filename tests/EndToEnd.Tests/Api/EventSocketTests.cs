using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Events by WebSocket, and by asking.</summary>
sealed class EventSocketTests : RunningApi
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Ws_of_npm_follows_goes_away_and_reads_on_where_it_was()
    {
        var said = await ClientScript.RunAsync("ws_events.cjs", Program);

        Assert.That(said.GetProperty("refused").GetString(), Is.EqualTo("401"));
        Assert.That(said.GetProperty("pong").ToString(), Is.EqualTo("""{"type":"pong"}"""));
        Assert.That(said.GetProperty("subscribed").GetProperty("event_types").ToString(), Is.EqualTo("""["message.received"]"""));
        Assert.That(said.GetProperty("seen").GetString(), Is.EqualTo("while there"));
        Assert.That(said.GetProperty("error").GetString(), Is.EqualTo("invalid_request"));
        Assert.That(said.GetProperty("missed").ToString(), Is.EqualTo("""["while away","still away"]"""));
        Assert.That(said.GetProperty("gone").GetString(), Is.EqualTo("event_not_found"));
    }

    [Test]
    public async Task A_key_is_told_of_its_inboxes_only_and_of_what_its_scopes_are_for()
    {
        var (mine, others) = (await NewInboxAsync(), await NewInboxAsync());
        var secret = (await Api.PostAsync("/api/v1/keys", new { scopes = new[] { Scope.MessagesRead }, inboxes = new[] { mine } })).EnsureOk()["secret"].GetString()!;
        using var socket = await ConnectAsync(secret);
        await SayAsync(socket, new { type = "subscribe", inbox_ids = new[] { others } });
        Assert.That((await HearAsync(socket)).GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("inbox_not_found"));
        await SayAsync(socket, new { type = "subscribe", event_types = new[] { "key.created" } });
        Assert.That((await HearAsync(socket)).GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("key_limited"));
        await SayAsync(socket, new { type = "subscribe" });
        Assert.That((await HearAsync(socket)).GetProperty("type").GetString(), Is.EqualTo("subscribed"));

        (await Api.PostAsync("/api/v1/keys", new { scopes = new[] { Scope.MessagesRead }, inboxes = new[] { mine } })).EnsureOk();
        await SendAsync(others, "for others");
        await SendAsync(mine, "for me");

        var told = (await HearAsync(socket)).GetProperty("data");
        Assert.That((told.GetProperty("type").GetString(), told.GetProperty("data").GetProperty("subject").GetString()), Is.EqualTo(("message.received", "for me")));
        using var limited = new ApiClient(Program, secret);
        var asked = (await limited.GetAsync("/api/v1/events?type=message.*")).EnsureOk()["data"];
        Assert.That(asked.EnumerateArray().Select(told => told.GetProperty("data").GetProperty("subject").GetString()), Is.EqualTo((string[])["for me"]));
    }

    [Test]
    public async Task Logging_in_and_out_by_IMAP_is_told()
    {
        var inbox = await NewInboxAsync();
        using var socket = await ConnectAsync(Program.Key);
        await SayAsync(socket, new { type = "subscribe", event_types = new[] { "session.*" }, inbox_id = inbox });
        await HearAsync(socket);

        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        var started = (await HearAsync(socket)).GetProperty("data");
        (await imap.CommandAsync("LOGOUT")).EnsureOk();
        var ended = (await HearAsync(socket)).GetProperty("data");

        Assert.That((started.GetProperty("type").GetString(), ended.GetProperty("type").GetString()), Is.EqualTo(("session.started", "session.ended")));
        Assert.That(ended.GetProperty("data").GetProperty("session_id").GetString(), Is.EqualTo(started.GetProperty("data").GetProperty("session_id").GetString()));
        Assert.That(started.GetProperty("data").GetProperty("protocol").GetString(), Is.EqualTo("imap"));
    }

    [Test]
    public async Task Revoking_the_key_ends_the_socket()
    {
        var made = (await Api.PostAsync("/api/v1/keys", new { scopes = new[] { Scope.MessagesRead } })).EnsureOk();
        using var socket = await ConnectAsync(made["secret"].GetString()!);
        await SayAsync(socket, new { type = "ping" });
        await HearAsync(socket);

        (await Api.DeleteAsync($"/api/v1/keys/{made["key"].GetProperty("id")}")).EnsureOk();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var said = await socket.ReceiveAsync(new byte[100], limit.Token);
        Assert.That((said.MessageType, socket.CloseStatus), Is.EqualTo((WebSocketMessageType.Close, (WebSocketCloseStatus?)WebSocketCloseStatus.PolicyViolation)));
    }

    [Test]
    public async Task A_slow_reader_is_cut_off_and_others_are_not_held_up()
    {
        const int Events = 2000;
        var inbox = await NewInboxAsync();
        using var quick = await ConnectAsync(Program.Key);
        using var slow = await ConnectAsync(Program.Key, receiveBuffer: 4096);
        foreach (var socket in (ClientWebSocket[])[quick, slow])
        {
            await SayAsync(socket, new { type = "subscribe", inbox_id = inbox });
            await HearAsync(socket);
        }
        // More than the buffers of the two systems between hold.
        await ExecuteAsync(
            """
            insert into events (organization_id, event_id, inbox_id, type, occurred_at, data)
            select organization_id, gen_random_uuid(), inbox_id, 'message.flags', now(), json_build_object('padding', repeat(md5(i::text), 500))::text
            from inboxes, generate_series(1, 2000) i where address = $1
            """,
            inbox);
        await SendAsync(inbox, "wakes them");

        for (var i = 0; i < Events; i++)
        {
            Assert.That((await HearAsync(quick)).GetProperty("data").GetProperty("type").GetString(), Is.EqualTo("message.flags"));
        }
        Assert.That((await HearAsync(quick)).GetProperty("data").GetProperty("type").GetString(), Is.EqualTo("message.received"));
        await UntilAsync(() => Task.FromResult(Program.ErrorOutput.Contains("cut off", StringComparison.Ordinal)));
        var heard = 0;
        Assert.That(
            async () =>
            {
                while (true)
                {
                    await HearAsync(slow);
                    heard++;
                }
            },
            Throws.InstanceOf<WebSocketException>());
        Assert.That(heard, Is.LessThan(Events));
    }

    [Test]
    public async Task Without_an_upgrade_the_path_says_what_it_wants() => (await Api.GetAsync("/ws")).EnsureError(426, "websocket_only");

    [Test]
    public async Task Events_are_listed_in_pages_and_from_one_on()
    {
        var inbox = await NewInboxAsync();
        (await Api.GetAsync("/api/v1/events?limit=1")).EnsureOk();
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(inbox, $"page {i}");
        }
        var path = $"/api/v1/events?limit=2&type=message.received&inbox={inbox}";
        await UntilAsync(async () => (await Api.GetAsync($"/api/v1/events?type=message.received&inbox={inbox}")).EnsureOk()["data"].GetArrayLength() == 5);

        var subjects = new List<string?>();
        var page = (await Api.GetAsync(path)).EnsureOk();
        var first = page["data"][0].GetProperty("id").GetString();
        while (true)
        {
            subjects.AddRange(page["data"].EnumerateArray().Select(told => told.GetProperty("data").GetProperty("subject").GetString()));
            if (page["next_cursor"].GetString() is not { } cursor)
            {
                break;
            }
            page = (await Api.GetAsync($"{path}&cursor={cursor}")).EnsureOk();
        }

        Assert.That(subjects, Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"page {i}")));
        var after = (await Api.GetAsync($"/api/v1/events?type=message.received&inbox={inbox}&after={first}")).EnsureOk();
        Assert.That(after["data"].GetArrayLength(), Is.EqualTo(4));
        (await Api.GetAsync("/api/v1/events?after=evt_00000000000000000000000000")).EnsureError(404, "event_not_found");
    }

    [Test]
    public async Task Another_host_wakes_the_sockets_of_this_one()
    {
        await using var other = await ProgramUnderTest.StartAsync(Database.ConnectionString);
        var inbox = await NewInboxAsync();
        using var socket = await ConnectAsync(Program.Key);
        await SayAsync(socket, new { type = "subscribe", event_types = new[] { "message.received" }, inbox_id = inbox });
        await HearAsync(socket);
        using var there = new ApiClient(other, Program.Key);

        (await there.PostAsync($"{Inbox}/messages", new { to = new[] { inbox }, subject = "from there", text_body = "x" })).EnsureOk();

        Assert.That((await HearAsync(socket)).GetProperty("data").GetProperty("data").GetProperty("subject").GetString(), Is.EqualTo("from there"));
    }

    async Task SendAsync(string to, string subject) =>
        (await Api.PostAsync($"{Inbox}/messages", new { to = new[] { to }, subject, text_body = "x" })).EnsureOk();

    async Task<ClientWebSocket> ConnectAsync(string key, int? receiveBuffer = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                if (receiveBuffer is { } octets)
                {
                    connection.ReceiveBufferSize = octets;
                }
                await connection.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
        using var limit = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Program.HttpPort}/ws"), invoker, limit.Token);
        return socket;
    }

    static async Task SayAsync(ClientWebSocket socket, object message)
    {
        using var limit = new CancellationTokenSource(Patience);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
    }

    static async Task<JsonElement> HearAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            message.Write(buffer.AsSpan(0, part.Count));
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException("closed");
            }
            if (part.EndOfMessage)
            {
                return JsonElement.Parse(message.ToArray());
            }
        }
    }

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
