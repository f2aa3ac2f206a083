using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentPost.Host.Remote;
using AgentPost.Host.Workers.WebhookCalls;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>Webhooks with a real receiver that takes what it is told, fails, stalls, and comes back.</summary>
sealed class WebhookTests : RunningApi
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    const int MaxConcurrency = 16;

    static readonly PrivateAddresses Strict = new(AreAllowed: false, "Webhooks:AllowPrivateAddresses");

    protected override (string Name, string Value)[] Settings =>
    [
        ("AGENTPOST_WEBHOOKS__ALLOWPRIVATEADDRESSES", "true"), ("AGENTPOST_WEBHOOKS__CONCURRENCY", $"{MaxConcurrency}"),
    ];

    [Test]
    public async Task An_IMAP_MOVE_tells_a_webhook_which_can_check_who_tells_it()
    {
        await using var receiver = new WebhookReceiver();
        var made = await CreateAsync(Api, new { url = receiver.Url, event_types = new[] { "message.moved" } });
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("CREATE Moved")).EnsureOk();
        (await imap.AppendAsync("INBOX", "", "Subject: to be moved\r\n\r\n"u8.ToArray())).EnsureOk();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();

        (await imap.CommandAsync("MOVE * Moved")).EnsureOk();
        var call = (await receiver.WaitAsync(1))[0];

        Assert.That((call.Type, call.Text("from_folder"), call.Text("folder"), call.Text("uid")), Is.EqualTo(("message.moved", "INBOX", "Moved", "1")));
        var found = (await Api.GetAsync($"{Inbox}/messages/{call.Text("message_id")}")).EnsureOk();
        Assert.That(found["folders"].ToString(), Is.EqualTo("""["Moved"]"""));
        var secret = made["secret"].GetString()!;
        var timestamp = call.Headers["x-agentpost-timestamp"];
        var signed = Encoding.UTF8.GetBytes(timestamp + ".").Concat(call.Body).ToArray();
        Assert.That(call.Headers["x-agentpost-signature"], Is.EqualTo(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))));
        var told = DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, CultureInfo.InvariantCulture));
        Assert.That(told, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(Patience));
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        Assert.That(call.Headers["webhook-signature"], Is.EqualTo(StandardSignatureOf(call, key)));
        Assert.That(
            (call.Headers["webhook-id"], call.Headers["webhook-timestamp"]),
            Is.EqualTo((call.Json.GetProperty("id").GetString(), timestamp)));
    }

    [Test]
    public async Task A_webhook_of_an_earlier_version_is_signed_with_what_its_secret_decodes_to()
    {
        // 43 letters and digits, as earlier versions made them: base64 that lacks its padding.
        const string Secret = "whsec_0aB9zZ0aB9zZ0aB9zZ0aB9zZ0aB9zZ0aB9zZ0aB9zZx";
        await using var receiver = new WebhookReceiver();
        var webhook = await CreateIdAsync(receiver.Url, await NewInboxAsync());
        Assert.That(WebhookId.TryParse(webhook, out var id));
        await ExecuteAsync(
            "update webhooks set secret = $2, sealed_secret = null where webhook_id = $1", id.Value, Secret);

        (await Api.PostAsync($"/api/v1/webhooks/{webhook}/test")).EnsureOk();

        var call = receiver.Calls.Single();
        Assert.That(Secret["whsec_".Length..], Has.Length.EqualTo(43));
        var key = Convert.FromBase64String(Secret["whsec_".Length..] + "=");
        Assert.That(call.Headers["webhook-signature"], Is.EqualTo(StandardSignatureOf(call, key)));
    }

    [Test]
    public void The_example_of_Standard_Webhooks_has_its_signature() =>
        Assert.That(
            WebhookSignature.Sign(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "1614265330",
                "{\"test\": 2432232314}"u8),
            Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));

    [Test]
    public async Task Nothing_is_sent_without_a_signature_when_the_secret_cannot_be_decrypted()
    {
        await using var receiver = new WebhookReceiver();
        var webhook = await CreateIdAsync(receiver.Url, await NewInboxAsync());
        Assert.That(WebhookId.TryParse(webhook, out var id));
        await ExecuteAsync("update webhooks set sealed_secret = sealed_secret || '\\x00' where webhook_id = $1", id.Value);

        var tried = (await Api.PostAsync($"/api/v1/webhooks/{webhook}/test")).EnsureOk();

        Assert.That(tried["success"].GetBoolean(), Is.False);
        Assert.That(tried["error"].GetString(), Does.Contain("cannot be decrypted"));
        Assert.That(receiver.Calls, Is.Empty);
    }

    [Test]
    public async Task A_receiver_that_fails_and_stalls_is_told_again_and_holds_nobody_up()
    {
        await using var receiver = new WebhookReceiver { Answer = 500 };
        await using var other = new WebhookReceiver();
        var inbox = await NewInboxAsync();
        var webhook = await CreateIdAsync(receiver.Url, inbox);
        await CreateIdAsync(other.Url, inbox);

        await SendAsync(inbox, "first");
        var failed = await DeliveryAsync(webhook, delivery => Number(delivery, "attempts") == 1);
        Assert.That((failed.GetProperty("state").GetString(), Number(failed, "last_status")), Is.EqualTo(("pending", 500)));
        Assert.That(PauseOf(failed), Is.EqualTo(TimeSpan.FromSeconds(30)).Within(TimeSpan.FromSeconds(5)));

        receiver.Answer = 0;
        await MakeDueAsync(webhook);
        await receiver.WaitAsync(2);
        await SendAsync(inbox, "second");
        Assert.That((await other.WaitAsync(2)).Select(call => call.Text("subject")), Is.EqualTo((string[])["first", "second"]));
        var stalled = await DeliveryAsync(webhook, delivery => Number(delivery, "attempts") == 2);
        Assert.That((stalled.GetProperty("last_error").GetString(), stalled.GetProperty("last_status").ValueKind), Is.EqualTo(("no answer within 30 s", JsonValueKind.Null)));
        Assert.That(Number(stalled, "last_duration_ms"), Is.InRange(29_500, 35_000));
        Assert.That(PauseOf(stalled), Is.EqualTo(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(30)).Within(TimeSpan.FromSeconds(5)));

        receiver.Answer = 200;
        await MakeDueAsync(webhook);
        var delivered = await DeliveryAsync(
            webhook, delivery => delivery.GetProperty("id").ToString() == failed.GetProperty("id").ToString() && delivery.GetProperty("state").GetString() == "delivered");
        var firsts = receiver.Calls.Where(call => call.Text("subject") == "first").ToList();
        Assert.That(Number(delivered, "attempts"), Is.EqualTo(3));
        Assert.That(firsts, Has.Count.EqualTo(3));
        Assert.That(firsts.Select(call => Encoding.UTF8.GetString(call.Body)).Distinct().Count(), Is.EqualTo(1));
        Assert.That(firsts.Select(call => call.Headers["x-agentpost-delivery"]).Distinct(), Is.EqualTo((string?[])[delivered.GetProperty("id").GetString()]));
    }

    [Test]
    public async Task A_receiver_that_was_away_gets_everything_without_anyones_help()
    {
        await using var receiver = new WebhookReceiver { Answer = 503 };
        var inbox = await NewInboxAsync();
        var webhook = await CreateIdAsync(receiver.Url, inbox);
        string[] subjects = [.. Enumerable.Range(0, 8).Select(i => $"m{i}")];
        foreach (var subject in subjects)
        {
            await SendAsync(inbox, subject);
        }
        JsonElement paused = default;
        await UntilAsync(async () =>
            (paused = await GetAsync(webhook)).GetProperty("paused_until").ValueKind is JsonValueKind.String);
        Assert.That((paused.GetProperty("enabled").GetBoolean(), paused.GetProperty("last_error").GetString()),
            Is.EqualTo((true, "the answer was 503")));
        Assert.That(Number(paused, "backlog"), Is.InRange(1, subjects.Length));
        Assert.That(paused.GetProperty("lag_seconds").ValueKind, Is.EqualTo(JsonValueKind.Number));
        Assert.That(paused.GetProperty("failing_since").ValueKind, Is.EqualTo(JsonValueKind.String));
        await LoggedAsync("webhook.paused", webhook);

        receiver.Answer = 200;
        await UntilAsync(async () => (await DeliveriesAsync(webhook))
            .All(delivery => delivery.GetProperty("state").GetString() == "delivered"));

        Assert.That((await DeliveriesAsync(webhook)).Count, Is.EqualTo(subjects.Length));
        Assert.That(receiver.Calls.Select(call => call.Text("subject")).Distinct(), Is.EquivalentTo(subjects));
        var resumed = await GetAsync(webhook);
        Assert.That(
            (Number(resumed, "failures_in_a_row"), resumed.GetProperty("paused_until")
                .ValueKind, resumed.GetProperty("failing_since").ValueKind),
            Is.EqualTo((0, JsonValueKind.Null, JsonValueKind.Null)));
        await LoggedAsync("webhook.resumed", webhook);
    }

    [Test]
    public async Task A_delivery_can_be_repeated()
    {
        await using var receiver = new WebhookReceiver();
        var inbox = await NewInboxAsync();
        var webhook = await CreateIdAsync(receiver.Url, inbox);
        await SendAsync(inbox, "again");
        var first = await DeliveryAsync(webhook, delivery => delivery.GetProperty("state").GetString() == "delivered");

        var repeated = (await Api.PostAsync(
            $"/api/v1/webhooks/{webhook}/deliveries/{first.GetProperty("id")}/redeliver")).EnsureOk();
        await DeliveryAsync(webhook, delivery => delivery.GetProperty("id").GetString() == repeated["id"].GetString() && delivery.GetProperty("state").GetString() == "delivered");

        Assert.That(repeated["event_id"].GetString(), Is.EqualTo(first.GetProperty("event_id").GetString()));
        Assert.That(receiver.Calls.Select(call => call.Headers["webhook-id"]),
            Is.EqualTo(Enumerable.Repeat(repeated["event_id"].GetString(), 2)));
        (await Api.PostAsync($"/api/v1/webhooks/{webhook}/deliveries/unknown/redeliver")).EnsureError(404, "delivery_not_found");
    }

    [TestCase("HTTP/1.1 2\00 OK")]
    [TestCase("HTTP/1.1 200 OK\r\na\0b: c")]
    [TestCase("\0\u009b31m")]
    public async Task A_receiver_that_speaks_no_HTTP_fails_like_any_other(string answer)
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, LoopbackPorts.Next());
        listener.Start();
        var inbox = await NewInboxAsync();
        var webhook = await CreateIdAsync($"http://{listener.LocalEndpoint}/", inbox);
        await SendAsync(inbox, "x");
        using (var connection = await listener.AcceptTcpClientAsync())
        {
            var stream = connection.GetStream();
            await stream.ReadExactlyAsync(new byte[1]);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n\r\n"));
            connection.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null);
        }

        var failed = await DeliveryAsync(webhook, delivery => Number(delivery, "attempts") == 1);

        Assert.That(failed.GetProperty("last_error").GetString(), Is.Not.Empty.And.None.Matches<char>(char.IsControl));
        Assert.That(failed.GetProperty("state").GetString(), Is.EqualTo("pending"));
    }

    [Test]
    public async Task A_webhook_gets_batches_in_order_if_it_asks_for_them()
    {
        await using var receiver = new WebhookReceiver();
        var inbox = await NewInboxAsync();
        var webhook = (await CreateAsync(
            Api,
            new
            {
                url = receiver.Url,
                inboxes = new[] { inbox },
                event_types = new[] { "message.appended" },
                ordering = "inbox",
                batch_size = 10,
            }))["webhook"];
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);

        await AppendAsync(imap, 30);
        await UntilAsync(() => EventsOf(receiver).Count == 30);

        Assert.That(
            (webhook.GetProperty("ordering").GetString(), Number(webhook, "batch_size")), Is.EqualTo(("inbox", 10)));
        Assert.That(EventsOf(receiver), Is.EqualTo(Enumerable.Range(0, 30).Select(i => $"{i}")));
        Assert.That(receiver.Calls.Select(call => call.Headers["webhook-id"]), Is.Unique.And.All.StartsWith("bat_"));
        Assert.That(receiver.Calls.SelectMany(call => call.Headers.Keys), Has.None.EqualTo("x-agentpost-event")
            .IgnoreCase);
        var path = $"/api/v1/webhooks/{webhook.GetProperty("id")}";
        (await Api.PatchAsync(path, new { batch_size = 51 })).EnsureError(400, "invalid_request");
        (await Api.PatchAsync(path, new { ordering = "thread" })).EnsureError(400, "invalid_request");
        Assert.That((await Api.PatchAsync(path, new { ordering = "none", batch_size = 1 })).EnsureOk()["ordering"]
            .GetString(), Is.EqualTo("none"));
    }

    [Test]
    public async Task A_slow_receiver_gets_more_requests_at_once_up_to_the_limit()
    {
        const int Answered = 40;
        await using var receiver = new WebhookReceiver();
        var inbox = await NewInboxAsync();
        var webhook = await CreateIdAsync(receiver.Url, inbox, "message.appended");
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        await AppendAsync(imap, Answered);
        await receiver.WaitAsync(Answered);

        receiver.Answer = 0;
        await AppendAsync(imap, MaxConcurrency * 2);
        await receiver.WaitAsync(Answered + MaxConcurrency);

        // The others wait until one of these is answered.
        await UntilAsync(async () =>
            (await DeliveriesAsync(webhook))
                .Count(delivery => Number(delivery, "attempts") == 0) == MaxConcurrency * 2);
        Assert.That(receiver.Calls, Has.Count.EqualTo(Answered + MaxConcurrency));
    }

    [Test]
    public async Task A_test_tells_what_the_receiver_answers_and_a_redirection_is_not_followed()
    {
        await using var receiver = new WebhookReceiver();
        var made = await CreateAsync(Api, new { url = receiver.Url + "hook", event_types = new[] { "key.*" } });
        var webhook = made["webhook"].GetProperty("id").GetString();
        var good = (await Api.PostAsync($"/api/v1/webhooks/{webhook}/test")).EnsureOk();
        (receiver.Answer, receiver.Location) = (302, receiver.Url + "elsewhere");
        var led = (await Api.PostAsync($"/api/v1/webhooks/{webhook}/test")).EnsureOk();
        var free = LoopbackPorts.Next();
        (await Api.PatchAsync($"/api/v1/webhooks/{webhook}", new { url = $"http://127.0.0.1:{free}/" })).EnsureOk();
        var none = (await Api.PostAsync($"/api/v1/webhooks/{webhook}/test")).EnsureOk();

        Assert.That((good["success"].GetBoolean(), good["status"].GetInt32()), Is.EqualTo((true, 204)));
        Assert.That((led["success"].GetBoolean(), led["status"].GetInt32()), Is.EqualTo((false, 302)));
        Assert.That((none["success"].GetBoolean(), none["status"].ValueKind), Is.EqualTo((false, JsonValueKind.Null)));
        Assert.That(receiver.Calls.Select(call => (call.Path, call.Type)), Is.EqualTo(((string, string)[])[("/hook", "webhook.test"), ("/hook", "webhook.test")]));
    }

    [Test]
    public async Task A_webhook_is_told_no_more_than_the_key_that_made_it_may_see()
    {
        await using var receiver = new WebhookReceiver();
        var (mine, others) = (await NewInboxAsync(), await NewInboxAsync());
        using var blind = await ClientAsync([Scope.WebhooksWrite]);
        using var limited = await ClientAsync([Scope.WebhooksWrite, Scope.MessagesRead], mine);
        (await blind.PostAsync("/api/v1/webhooks", new { url = receiver.Url, event_types = new[] { "message.*" } })).EnsureError(403, "key_limited");
        (await limited.PostAsync("/api/v1/webhooks", new { url = receiver.Url, inboxes = new[] { others } })).EnsureError(404, "inbox_not_found");
        (await blind.PostAsync("/api/v1/webhooks", new { url = receiver.Url, event_types = new[] { "mail.came" } })).EnsureError(400, "invalid_request");
        await CreateAsync(blind, new { url = receiver.Url + "blind" });
        await CreateAsync(limited, new { url = receiver.Url + "limited" });
        var all = (await CreateAsync(Api, new { url = receiver.Url + "all", inboxes = new[] { mine, others } }))["webhook"].GetProperty("id").GetString();

        await SendAsync(others, "for others");
        await SendAsync(mine, "for me");
        await UntilAsync(() => receiver.Calls.Any(call => call.Path == "/limited") && receiver.Calls.Count(call => call.Path == "/all" && call.Type == "message.received") == 2);

        Assert.That(receiver.Calls.Where(call => call.Path == "/limited").Select(call => call.Text("subject")), Is.All.EqualTo("for me"));
        Assert.That(receiver.Calls.Where(call => call.Path == "/blind"), Is.Empty);
        (await limited.GetAsync($"/api/v1/webhooks/{all}")).EnsureError(404, "webhook_not_found");
        Assert.That((await limited.GetAsync("/api/v1/webhooks")).EnsureOk()["data"].GetArrayLength(), Is.EqualTo(1));
        // What it may not see it cannot lead to itself.
        (await blind.PatchAsync($"/api/v1/webhooks/{all}", new { url = receiver.Url + "stolen" })).EnsureError(403, "key_limited");
    }

    [Test]
    public async Task A_webhook_can_be_changed_ended_and_taken_away()
    {
        var webhook = (await CreateAsync(Api, new { url = "https://hooks.example.com/", event_types = new[] { "message.received" }, inboxes = new[] { ProgramUnderTest.Inbox } }))["webhook"];
        var path = $"/api/v1/webhooks/{webhook.GetProperty("id")}";

        var narrow = (await Api.PatchAsync(path, new { event_types = new[] { "draft.*" }, enabled = false })).EnsureOk();
        var wide = (await Api.PatchAsync(path, new { event_types = Array.Empty<string>(), inboxes = Array.Empty<string>(), enabled = true })).EnsureOk();
        (await Api.DeleteAsync(path)).EnsureOk();

        Assert.That(webhook.GetProperty("inbox_ids").GetArrayLength(), Is.EqualTo(1));
        Assert.That(webhook.GetProperty("key_id").GetString(), Is.EqualTo((await Api.GetAsync("/api/v1/me")).EnsureOk()["id"].GetString()));
        Assert.That((narrow["event_types"].ToString(), narrow["enabled"].GetBoolean(), narrow["disabled_reason"].GetString()), Is.EqualTo(("""["draft.*"]""", false, "by hand")));
        Assert.That((wide["event_types"].ValueKind, wide["inbox_ids"].ValueKind, wide["enabled"].GetBoolean()), Is.EqualTo((JsonValueKind.Null, JsonValueKind.Null, true)));
        (await Api.GetAsync(path)).EnsureError(404, "webhook_not_found");
    }

    [TestCase("http://hooks.example.com/")]
    [TestCase("https://127.0.0.1/")]
    [TestCase("https://[::1]:8443/")]
    [TestCase("https://169.254.169.254/latest/meta-data")]
    [TestCase("https://user:word@example.com/")]
    [TestCase("ftp://example.com/")]
    [TestCase("hooks.example.com")]
    [TestCase(null)]
    public void An_address_that_leads_inside_or_goes_in_the_clear_is_refused(string? url) =>
        Assert.That(WebhookAddress.Check(url, Strict), Is.Not.Null);

    [TestCase("https://hooks.example.com/a?b=c")]
    [TestCase("https://93.184.215.14:8443/")]
    public void Public_addresses_are_taken(string url) => Assert.That(WebhookAddress.Check(url, Strict), Is.Null);

    [Test]
    public void A_name_that_leads_inside_is_refused_when_it_is_connected_to()
    {
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var end = new DnsEndPoint("localhost", ((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.That(
            async () => await WebhookAddress.ConnectAsync(end, Strict, CancellationToken.None),
            Throws.InstanceOf<HttpRequestException>().With.Message.Contains("AllowPrivateAddresses"));

        Assert.That(listener.Pending(), Is.False);
        listener.Stop();
    }

    [Test]
    public async Task A_webhook_test_does_not_reveal_whether_an_internal_name_exists()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        using var api = new ApiClient(program, program.Key);

        var inside = await ErrorAsync("localhost");
        var nowhere = await ErrorAsync("no-such-name.invalid");

        Assert.That(inside, Does.Contain("has no public address"));
        Assert.That(nowhere.Replace("no-such-name.invalid", "localhost", StringComparison.Ordinal), Is.EqualTo(inside));

        async Task<string> ErrorAsync(string host)
        {
            var made = await CreateAsync(
                api, new { url = $"https://{host}/", event_types = new[] { "message.bounced" } });
            return (await api.PostAsync($"/api/v1/webhooks/{made["webhook"].GetProperty("id")}/test", new { }))
                .EnsureOk()["error"].GetString()!;
        }
    }

    /// <summary>The signature that a receiver computes, as Standard Webhooks describes it.</summary>
    static string StandardSignatureOf(ReceivedCall call, byte[] key)
    {
        var start = $"{call.Headers["webhook-id"]}.{call.Headers["webhook-timestamp"]}.";
        var signed = Encoding.UTF8.GetBytes(start).Concat(call.Body);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed.ToArray()));
    }

    static async Task<ApiAnswer> CreateAsync(ApiClient client, object request) => (await client.PostAsync("/api/v1/webhooks", request)).EnsureOk();

    async Task<string> CreateIdAsync(string url, string inbox, string type = "message.received") =>
        (await CreateAsync(Api, new { url, inboxes = new[] { inbox }, event_types = new[] { type } }))["webhook"]
            .GetProperty("id").GetString()!;

    static List<string?> EventsOf(WebhookReceiver receiver) =>
    [
        .. receiver.Calls.SelectMany(call => call.Json.GetProperty("events").EnumerateArray())
            .Select(view => view.GetProperty("data").GetProperty("subject").GetString()),
    ];

    /// <summary>Waits for a line of the log.</summary>
    Task LoggedAsync(string name, string webhook) => UntilAsync(() => Program.ErrorOutput.Split('\n').Any(line =>
        line.Contains($"\"{name}\"", StringComparison.Ordinal) && line.Contains(webhook, StringComparison.Ordinal)));

    static async Task AppendAsync(ImapDialogue imap, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n"))).EnsureOk();
        }
    }

    async Task SendAsync(string to, string subject) =>
        (await Api.PostAsync($"{Inbox}/messages", new { to = new[] { to }, subject, text_body = "x" })).EnsureOk();

    async Task<JsonElement> GetAsync(string webhook) =>
        (await Api.GetAsync($"/api/v1/webhooks/{webhook}")).EnsureOk().Json;

    async Task<List<JsonElement>> DeliveriesAsync(string webhook) =>
        [.. (await Api.GetAsync($"/api/v1/webhooks/{webhook}/deliveries?limit=100")).EnsureOk()["data"]
            .EnumerateArray()];

    /// <summary>The oldest delivery that meets a condition, as soon as there is one.</summary>
    async Task<JsonElement> DeliveryAsync(string webhook, Func<JsonElement, bool> condition)
    {
        JsonElement found = default;
        await UntilAsync(async () =>
        {
            var page = (await Api.GetAsync($"/api/v1/webhooks/{webhook}/deliveries")).EnsureOk();
            found = page["data"].EnumerateArray().LastOrDefault(condition);
            return found.ValueKind != JsonValueKind.Undefined;
        });
        return found;
    }

    /// <summary>Lets what waits be tried at once, and the program look.</summary>
    async Task MakeDueAsync(string webhook)
    {
        await ExecuteAsync("update webhook_deliveries set next_attempt_at = now() where next_attempt_at > now()");
        await ExecuteAsync("update webhooks set paused_until = now() where paused_until > now()");
        (await Api.PatchAsync($"/api/v1/webhooks/{webhook}", new { description = "woken" })).EnsureOk();
    }

    static TimeSpan PauseOf(JsonElement delivery) =>
        delivery.GetProperty("next_attempt_at").GetDateTimeOffset() - delivery.GetProperty("last_attempt_at").GetDateTimeOffset();

    static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
