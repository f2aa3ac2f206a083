using System.Text;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Outbound;

namespace AgentPost.Protocol.Tests.Smtp.Client;

/// <summary>The client against servers that are scripted, mostly to behave badly.</summary>
sealed class SmtpClientTests
{
    const string AllOffered = "250-peer.test\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 DSN";

    static readonly SmtpTimeouts Impatient = new()
    {
        Connect = TimeSpan.FromSeconds(5),
        Greeting = TimeSpan.FromSeconds(1),
        Command = TimeSpan.FromSeconds(1),
        DataStart = TimeSpan.FromSeconds(1),
        DataBlock = TimeSpan.FromSeconds(1),
        DataEnd = TimeSpan.FromSeconds(1),
        Quit = TimeSpan.FromSeconds(1),
    };

    [Test]
    public async Task Sends_the_envelope_with_what_the_server_knows_and_the_message_with_its_dots_doubled()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.AnswerUpToDataAsync(AllOffered, "250 2.1.0 Ok", "250 2.1.5 Ok", "550 5.1.1 No such user", "354 Go");
            await connection.HearMessageAsync();
            await connection.SayAsync("250 2.0.0 Taken as 42\r\n");
            await connection.HearAsync();
            await connection.SayAsync("221 Bye\r\n");
        });
        var message = Message("Subject: x\r\n\r\n.dot\r\n", "one@peer.test", "two@peer.test") with { EnvelopeId = "a=b", Return = ReturnedContent.Header };
        message = message with
        {
            Recipients =
            [
                message.Recipients[0] with { Notice = new(NotifyWhen.Success | NotifyWhen.Failure, "rfc822;one+x@peer.test") },
                message.Recipients[1] with { Notice = new(NotifyWhen.Never, null) },
            ],
        };
        var results = await SendAsync(peer, message);
        Assert.Multiple(() =>
        {
            Assert.That(peer.Heard, Is.EqualTo((string[])
            [
                "EHLO agent.test",
                "MAIL FROM:<agent@agent.test> SIZE=20 BODY=8BITMIME RET=HDRS ENVID=a+3Db",
                "RCPT TO:<one@peer.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;one+2Bx@peer.test",
                "RCPT TO:<two@peer.test> NOTIFY=NEVER",
                "DATA", "Subject: x", "", "..dot", ".", "QUIT",
            ]));
            Assert.That(Told(results), Is.EqualTo("one@peer.test Delivered 2.0.0; two@peer.test Permanent 5.1.1"));
            Assert.That(results[1].Explanation, Is.EqualTo("550 5.1.1 No such user"));
        });
    }

    [Test]
    public async Task Without_permission_for_the_final_dot_the_message_is_not_sent()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.AnswerUpToDataAsync("250 peer.test", "250 Ok", "250 Ok", "354 Go");
            await connection.HearMessageAsync();
            await connection.SayAsync("250 Ok\r\n");
        });
        await using (var session = await SmtpClientSession.ConnectAsync(Peer(peer), new("agent.test") { Timeouts = Impatient }, default))
        {
            var message = Message("Subject: x\r\n\r\nText\r\n", "one@peer.test") with { BeforeEnd = _ => throw new InvalidOperationException() };
            await Assert.ThatAsync(() => session.SendAsync(message, default), Throws.InvalidOperationException);
            Assert.That(session.IsUsable, Is.False);
        }
        Assert.That(peer.Heard, Has.Member("DATA").And.No.Member("."));
    }

    [Test]
    public async Task A_server_that_knows_only_HELO_gets_one_command_at_a_time()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.AnswerUpToDataAsync("502 What?", "250 peer.test", "250 Ok", "250 Ok", "354 Go");
            await connection.HearMessageAsync();
            await connection.SayAsync("250 Ok\r\n");
        });
        var results = await SendAsync(peer, Message("Subject: x\r\n\r\nText\r\n", "one@peer.test"));
        Assert.That(Told(results), Is.EqualTo("one@peer.test Delivered 2.0.0"));
        Assert.That(peer.Heard.Take(3), Is.EqualTo((string[])["EHLO agent.test", "HELO agent.test", "MAIL FROM:<agent@agent.test>"]));
    }

    [TestCase("421 4.3.2 Closing", "Temporary 4.3.2")]
    [TestCase("450 4.2.0 Greylisted", "Temporary 4.2.0")]
    [TestCase("452 Too many", "Temporary 4.0.0")]
    [TestCase("550 Gone", "Permanent 5.0.0")]
    [TestCase("552 Too many", "Temporary 5.0.0")]
    [TestCase("552 5.2.2 Full", "Permanent 5.2.2")]
    [TestCase("550 4.1.1 Status of another class", "Permanent 5.0.0")]
    [TestCase("530 5.7.0 Log in first", "Temporary 5.7.0")]
    public async Task A_refused_recipient_is_told_as_the_server_said(string answer, string expected)
    {
        await using var peer = new ScriptedPeer(connection => connection.AnswerAsync(AllOffered, "250 Ok", answer, "250 Ok"));
        var results = await SendAsync(peer, Message("\r\nText\r\n", "one@peer.test"));
        Assert.That(Told(results), Is.EqualTo("one@peer.test " + expected));
    }

    [Test]
    public async Task A_session_goes_on_after_a_message_that_was_refused()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.AnswerUpToDataAsync(AllOffered, "250 Ok", "450 Later", "250 Reset", "250 Ok", "250 Ok", "354 Go");
            await connection.HearMessageAsync();
            await connection.SayAsync("250 Ok\r\n");
        });
        await using var session = await SmtpClientSession.ConnectAsync(Peer(peer), new("agent.test") { Timeouts = Impatient }, default);
        var first = await session.SendAsync(Message("\r\nText\r\n", "one@peer.test"), default);
        var second = await session.SendAsync(Message("\r\nText\r\n", "two@peer.test"), default);
        Assert.Multiple(() =>
        {
            Assert.That(Told(first), Is.EqualTo("one@peer.test Temporary 4.0.0"));
            Assert.That(Told(second), Is.EqualTo("two@peer.test Delivered 2.0.0"));
            Assert.That(session.IsUsable);
        });
    }

    [Test]
    public async Task A_connection_that_breaks_before_the_final_dot_has_delivered_nothing()
    {
        await using var peer = new ScriptedPeer(connection => connection.AnswerAsync(AllOffered, "250 Ok", "250 Ok", null));
        var results = await SendAsync(peer, Message("\r\nText\r\n", "one@peer.test"));
        Assert.That(Told(results), Is.EqualTo("one@peer.test Temporary 4.4.2"));
    }

    [Test]
    public async Task After_the_final_dot_a_lost_answer_leaves_it_unknown()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.AnswerUpToDataAsync(AllOffered, "250 Ok", "250 Ok", "550 No", "354 Go");
            await connection.HearMessageAsync();
        });
        var results = await SendAsync(peer, Message("\r\nText\r\n", "one@peer.test", "two@peer.test"));
        Assert.That(Told(results), Is.EqualTo("one@peer.test Unknown 4.4.2; two@peer.test Permanent 5.0.0"));
    }

    [Test]
    public async Task A_message_that_the_server_cannot_take_is_not_offered_to_it()
    {
        await using var peer = new ScriptedPeer(connection => connection.AnswerAsync("250-peer.test\r\n250 SIZE 20"));
        await using var session = await SmtpClientSession.ConnectAsync(Peer(peer), new("agent.test") { Timeouts = Impatient }, default);
        var tooBig = await session.SendAsync(Message("\r\nThis is more than it takes\r\n", "one@peer.test"), default);
        var eightBit = await session.SendAsync(Message("\r\nä\r\n", "one@peer.test"), default);
        var international = await session.SendAsync(Message("\r\nText\r\n", "önë@peer.test"), default);
        Assert.Multiple(() =>
        {
            Assert.That(Told(tooBig), Is.EqualTo("one@peer.test Permanent 5.3.4"));
            Assert.That(Told(eightBit), Is.EqualTo("one@peer.test Permanent 5.6.3"));
            Assert.That(Told(international), Is.EqualTo("önë@peer.test Permanent 5.6.7"));
            Assert.That(peer.Heard, Is.EqualTo((string[])["EHLO agent.test"]));
        });
    }

    [TestCase("554 5.7.1 Go away\r\n", SmtpFault.Refused)]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", SmtpFault.Nonsense)]
    [TestCase("220+peer.test\r\n", SmtpFault.Nonsense)]
    [TestCase("", SmtpFault.TimedOut)]
    public void A_greeting_that_is_none_ends_the_session(string greeting, SmtpFault fault)
    {
        Assert.That(async () => await FailAsync(async connection =>
        {
            await connection.SayAsync(greeting);
            await connection.StayAsync();
        }), Is.EqualTo(fault));
    }

    [Test]
    public void A_line_without_end_is_not_kept()
    {
        Assert.That(async () => await FailAsync(async connection =>
        {
            await connection.SayAsync("220 ");
            while (true)
            {
                await connection.SayAsync(new string('x', 1000));
            }
        }), Is.EqualTo(SmtpFault.Nonsense));
    }

    [Test]
    public void An_answer_without_end_is_not_kept()
    {
        Assert.That(async () => await FailAsync(async connection =>
        {
            while (true)
            {
                await connection.SayAsync("220-And on\r\n");
            }
        }), Is.EqualTo(SmtpFault.Nonsense));
    }

    [Test]
    public void What_is_said_in_the_clear_behind_the_answer_to_STARTTLS_ends_the_session()
    {
        Assert.That(
            async () => await FailAsync(connection => connection.AnswerAsync("250-peer.test\r\n250 STARTTLS", "220 Go\r\n250-injected\r\n250 AUTH PLAIN")),
            Is.EqualTo(SmtpFault.Nonsense));
    }

    [Test]
    public void Mandatory_TLS_is_mandatory()
    {
        Assert.Multiple(() =>
        {
            Assert.That(async () => await FailAsync(connection => connection.AnswerAsync(AllOffered)), Is.EqualTo(SmtpFault.TlsMissing));
            Assert.That(
                async () => await FailAsync(connection => connection.AnswerAsync("250-peer.test\r\n250 STARTTLS", "454 Not now")),
                Is.EqualTo(SmtpFault.TlsMissing));
        });
    }

    [Test]
    public async Task Opportunistic_TLS_that_fails_gives_way_to_a_connection_in_the_clear()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.AnswerUpToDataAsync("250-peer.test\r\n250 STARTTLS", "220 Go");
                await connection.HearAnythingAsync();
                await connection.SayAsync("This is no TLS, and long enough to be seen as such\r\n");
            },
            connection => connection.AnswerAsync("250-peer.test\r\n250 STARTTLS"));
        await using var session = await SmtpClientSession.ConnectAsync(
            Peer(peer) with { Tls = TlsUse.Opportunistic }, new("agent.test") { Timeouts = Impatient }, default);
        Assert.That(session.IsEncrypted, Is.False);
    }

    [Test]
    public async Task A_password_is_not_sent_in_the_clear()
    {
        await using var peer = new ScriptedPeer(connection => connection.AnswerAsync("250-peer.test\r\n250 AUTH PLAIN LOGIN", "235 Welcome"));
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () => await SmtpClientSession.ConnectAsync(
            Peer(peer) with { Credentials = new("user", "secret") }, new("agent.test") { Timeouts = Impatient }, default));
        Assert.Multiple(() =>
        {
            Assert.That(failure!.Fault, Is.EqualTo(SmtpFault.LoginFailed));
            Assert.That(peer.Heard, Has.None.Contains("AUTH"));
        });
    }

    [Test]
    public async Task Nobody_there_is_said_so()
    {
        int port;
        await using (var peer = new ScriptedPeer())
        {
            port = peer.Port;
        }
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () =>
            await SmtpClientSession.ConnectAsync(new("127.0.0.1", port), new("agent.test") { Timeouts = Impatient }, default));
        Assert.That(failure!.Fault, Is.EqualTo(SmtpFault.Unreachable));
    }

    static SmtpPeer Peer(ScriptedPeer peer) => new("127.0.0.1", peer.Port) { Tls = TlsUse.None };

    static OutgoingMessage Message(string text, params string[] recipients)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return new(
            "agent@agent.test", [.. recipients.Select(recipient => new OutgoingRecipient(recipient))], octets.Length, _ => new(new MemoryStream(octets)));
    }

    static async Task<IReadOnlyList<RecipientResult>> SendAsync(ScriptedPeer peer, OutgoingMessage message)
    {
        await using var session = await SmtpClientSession.ConnectAsync(Peer(peer), new("agent.test") { Timeouts = Impatient }, default);
        var results = await session.SendAsync(message, default);
        await session.QuitAsync(default);
        return results;
    }

    // How a connection that wants STARTTLS fails.
    static async Task<SmtpFault> FailAsync(Func<ScriptedPeer.Connection, Task> script)
    {
        await using var peer = new ScriptedPeer(script);
        var failure = await Assert.ThrowsAsync<SmtpPeerException>(async () => await SmtpClientSession.ConnectAsync(
            Peer(peer) with { Tls = TlsUse.StartTls }, new("agent.test") { Timeouts = Impatient }, default));
        return failure!.Fault;
    }

    static string Told(IEnumerable<RecipientResult> results) =>
        string.Join("; ", results.Select(result => $"{result.Recipient} {result.Outcome} {result.Status}"));
}
