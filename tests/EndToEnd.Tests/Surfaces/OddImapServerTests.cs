using System.Net;
using System.Text;
using AgentPost.Host.Remote;
using AgentPost.Protocol.Tls;
using AgentPost.Store.Remote;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.EndToEnd.Tests.Surfaces;

/// <summary>Servers that are odd, but that other clients read: so does the session.</summary>
[CancelAfter(60_000)]
sealed class OddImapServerTests
{
    const string Text = "Subject: 1\r\n\r\nHello\r\n";

    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    static readonly Task Never = new TaskCompletionSource().Task;
    static readonly RemoteLogin Token = new("ann", SecretKind.AccessToken, "t0ken");
    static readonly RemoteLogin Ann = new("ann", SecretKind.Password, "secret ü");

    static IEnumerable<TestCaseData<Func<OddImapServer>>> Readable
    {
        get
        {
            yield return Case("no extension at all, not even AUTH=PLAIN", () => new() { Capabilities = "IMAP4rev1" });
            yield return Case("STARTTLS", () => new() { IsStartTls = true, Capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN" });
            yield return Case("capabilities in the greeting", () => new() { Greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n", Answers = new() { ["AUTHENTICATE"] = "TAG OK in\r\n" } });
            yield return Case("CAPABILITY that is rejected", () => new() { Answers = new() { ["CAPABILITY"] = "TAG BAD never\r\n" } });
            yield return Case("a greeting without text", () => new() { Greeting = "* OK\r\n" });
            yield return Case("another capability list after the login", () => new()
            {
                Capabilities = "IMAP4rev1 AUTH=PLAIN SASL-IR ESEARCH NAMESPACE ID IDLE SPECIAL-USE LIST-EXTENDED",
                Answers = new() { ["AUTHENTICATE"] = "TAG OK [CAPABILITY IMAP4rev1] in\r\n", ["NAMESPACE"] = "TAG BAD what\r\n", ["ID"] = "TAG BAD what\r\n" },
            });
            yield return Case("capabilities sent without being asked", () => new() { Chatter = "* CAPABILITY IMAP4rev1 XYZZY\r\n" });
            yield return Case("commands that are advertised and rejected", () => new()
            {
                CapabilitiesAfterLogin = "IMAP4rev1 NAMESPACE ID SPECIAL-USE XLIST LIST-EXTENDED",
                Answers = new() { ["NAMESPACE"] = "TAG NO no\r\n", ["ID"] = "TAG NO no\r\n", ["LIST (SPECIAL-USE)"] = "TAG BAD no\r\n", ["XLIST"] = "TAG BAD no\r\n" },
            });
            yield return Case("INBOX that LIST does not show", () => new() { Answers = new() { ["LIST"] = "TAG OK done\r\n" } });
            yield return Case("INBOX in another case", () => new() { Answers = new() { ["LIST"] = "* LIST (\\HasNoChildren) NIL Inbox\r\nTAG OK done\r\n" } });
            yield return Case("neither UIDVALIDITY nor UIDNEXT", () => new() { SelectData = "" });
            yield return Case("a warning in place of UIDVALIDITY", () => new() { SelectData = "* NO [ALERT] almost full\r\n* OK [UIDNEXT 0]\r\n" });
            yield return Case("UIDs in several lines, unsorted, twice", () => new() { Found = uids => $"* SEARCH\r\n* SEARCH {string.Join(' ', uids.Reverse())}\r\n* SEARCH {string.Join(' ', uids)}\r\n" });
            yield return Case("a search result with a modification sequence", () => new() { Found = uids => $"* SEARCH {string.Join(' ', uids)} (MODSEQ 917162500)\r\n" });
            yield return Case("ESEARCH though SEARCH was asked", () => new() { CapabilitiesAfterLogin = "IMAP4rev1 ESEARCH", Found = uids => $"* ESEARCH (tag \"TAG\") UID ALL {string.Join(',', uids)}\r\n" });
            yield return Case("SEARCH though ESEARCH is advertised", () => new() { CapabilitiesAfterLogin = "IMAP4rev1 ESEARCH" });
            yield return Case("items in another order", () => new()
            {
                Describe = (uid, text) => $"(RFC822.SIZE {text.Length} FLAGS (\\Seen) INTERNALDATE \" 1-Jan-2026 12:00:00 +0100\" UID {uid})",
                Body = (uid, text) => $"(FLAGS (\\Seen $Junk) BODY[] {{{text.Length}}}\r\n{text} UID {uid})",
            });
            yield return Case("unknown items", () => new()
            {
                Describe = (uid, text) => $"(X-ONE NIL UID {uid} X-TWO (1 (2 \"3\")) RFC822.SIZE {text.Length} X-THREE abc)",
                Body = (uid, text) => $"(X-ONE (1 (2 \"3\")) UID {uid} MODSEQ (12) BODY[] {{{text.Length}}}\r\n{text} X-TWO abc)",
            });
            yield return Case("no date and no size", () => new() { Describe = (uid, _) => $"(UID {uid})" });
            yield return Case("a date that is none", () => new() { Describe = (uid, text) => $"(UID {uid} INTERNALDATE \"yesterday\" RFC822.SIZE {text.Length})" });
            yield return Case("a size that is wrong", () => new() { Describe = (uid, _) => $"(UID {uid} RFC822.SIZE 0)" });
            yield return Case("no description at all", () => new() { Describe = (_, _) => "" });
            yield return Case("a body as a quoted string", () => new() { Body = (uid, _) => $"(UID {uid} BODY[] \"Subject: 1\")" });
            yield return Case("a body as a non-synchronizing literal", () => new() { Body = (uid, text) => $"(UID {uid} BODY[] {{{text.Length}+}}\r\n{text})" });
            yield return Case("a body as literal8", () => new() { Body = (uid, text) => $"(UID {uid} BODY[] ~{{{text.Length}}}\r\n{text})" });
            yield return Case("changes of other messages in between", () => new() { Chatter = "* 1 FETCH (FLAGS (\\Seen))\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* 3 EXPUNGE\r\n* OK [PARSE] odd\r\n" });
            yield return Case("lines that end with LF", () => new() { LineEnd = "\n", Greeting = "* OK ready\n" });
        }
    }

    [TestCaseSource(nameof(Readable))]
    public async Task Is_read(Func<OddImapServer> create)
    {
        await using var server = create().With(Text, Text);
        var cancellation = TestContext.CurrentContext.CancellationToken;
        await using var session = await OpenAsync(server, cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        var all = await session.SearchFromAsync(1, cancellation);
        var some = await session.SearchFromAsync(11, cancellation);
        var described = await session.DescribeAsync(all, cancellation);
        var bodies = new List<string>();
        foreach (var uid in all)
        {
            var octets = new MemoryStream();
            Assert.That(await session.FetchAsync(uid, 1000, piece => octets.Write(piece.Span), cancellation), Is.EqualTo(octets.Length));
            bodies.Add(Encoding.Latin1.GetString(octets.ToArray()));
        }
        await session.LogOutAsync(cancellation);

        Assert.That(all, Is.EqualTo((uint[])[10, 20]));
        Assert.That(some, Is.EqualTo((uint[])[20]));
        Assert.That(described.Keys, Is.SubsetOf(all));
        Assert.That(bodies, Is.All.StartsWith("Subject: 1"));
        Assert.That(bodies, Is.All.EqualTo(bodies[0]).And.All.EqualTo(bodies[0].Length > 12 ? Text.Replace("\r\n", server.LineEnd, StringComparison.Ordinal) : bodies[0]));
    }

    [TestCase("* 1 FETCH (UID 10 BODY[] NIL)\r\nTAG OK done\r\n")]
    [TestCase("* 1 FETCH (UID 11 FLAGS ())\r\nTAG OK done\r\n")]
    [TestCase("TAG OK done\r\n")]
    public async Task A_message_that_has_vanished_has_no_bytes(string answer, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { Answers = new() { ["UID FETCH 10 (BODY"] = answer } }.With(Text);
        Assert.That(await FetchAsync(server, cancellation), Is.EqualTo(""));
    }

    [Test]
    public async Task Of_a_message_that_is_too_long_nothing_is_passed_on_and_the_session_continues(CancellationToken cancellation)
    {
        await using var server = new OddImapServer().With(new string('x', 200_000), Text);
        await using var session = await OpenAsync(server, cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        var octets = new MemoryStream();
        Assert.That(await session.FetchAsync(10, 1000, piece => octets.Write(piece.Span), cancellation), Is.EqualTo(200_000));
        Assert.That(octets.Length, Is.Zero);
        Assert.That(await session.FetchAsync(20, 1000, piece => octets.Write(piece.Span), cancellation), Is.EqualTo(Text.Length));
        Assert.That(Encoding.Latin1.GetString(octets.ToArray()), Is.EqualTo(Text));
    }

    [Test]
    public async Task A_NUL_is_replaced(CancellationToken cancellation)
    {
        await using var server = new OddImapServer().With("Subject: 1\r\n\r\na\0b\r\n");
        Assert.That(await FetchAsync(server, cancellation), Is.EqualTo("Subject: 1\r\n\r\na\u0080b\r\n"));
    }

    [TestCase("UID FETCH 10 (BODY", "TAG NO gone\r\n", "rejected a command: gone")]
    [TestCase("UID FETCH 10 (BODY", "TAG BAD what\r\n", "rejected a command: what")]
    [TestCase("UID FETCH 10 (BODY", "* BYE going down\r\n", "ended the session: going down")]
    [TestCase("UID FETCH 10 (BODY", "", "was lost")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (UID 10 BODY[] {12}\r\nSubj", "in time")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (UID 11 BODY[] {1}\r\nx)\r\nTAG OK done\r\n", "different message")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (BODY[] {1}\r\nx UID 11)\r\nTAG OK done\r\n", "different message")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (BODY[] {1}\r\nx)\r\nTAG OK done\r\n", "without its UID")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (UID 10 BODY[] {1}\r\nx BODY[] {1}\r\ny)\r\nTAG OK done\r\n", "two messages")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (UID 10 BODY[] {99999999999999999999}\r\n", "invalid response")]
    [TestCase("UID FETCH 10 (BODY", "* OK {4000000000}\r\n", "in time")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH (UID \"10)\r\nTAG OK done\r\n", "")]
    [TestCase("UID FETCH 10 (BODY", "* 1 FETCH ((((((((((((((((((((((((((((((1)\r\nTAG OK done\r\n", "invalid response")]
    [TestCase("EXAMINE", "TAG NO not yours\r\n", "rejected a command: not yours")]
    [TestCase("AUTHENTICATE", "TAG NO [AUTHENTICATIONFAILED] wrong password\r\n", "rejected the login: NO [AUTHENTICATIONFAILED] wrong password")]
    [TestCase("AUTHENTICATE", "TAG NO [ALERT] pay first\r\n", "rejected the login: NO [ALERT] pay first")]
    [TestCase("AUTHENTICATE", "* BYE too many\r\n", "ended the session: too many")]
    public async Task What_is_no_valid_response_is_a_clear_error(string command, string answer, string message, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { Answers = new() { [command] = answer } }.With(Text);
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => FetchAsync(server, cancellation));
        Assert.That(failure!.Message, Does.Contain(message));
    }

    [TestCase("* PREAUTH welcome\r\n", "PREAUTH")]
    [TestCase("* BYE full\r\n", "full")]
    [TestCase("220 mail.test ESMTP\r\n", "")]
    public async Task A_greeting_that_allows_no_login_is_a_clear_error(string greeting, string message, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { Greeting = greeting };
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => OpenAsync(server, cancellation));
        Assert.That(failure!.Message, Does.Contain(message));
    }

    [TestCase("x", 8_000_000)]
    [TestCase("* 1 FETCH (FLAGS (\\Seen))\r\n", 400_000)]
    [TestCase("* LIST () \"/\" \"folder\"\r\n", 400_000)]
    public async Task What_does_not_end_is_cut_off(string piece, int times, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { Answers = new() { ["UID FETCH 10 (BODY"] = "* " + string.Concat(Enumerable.Repeat(piece, times)) } }.With(Text);
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => FetchAsync(server, cancellation));
        Assert.That(failure!.Message, Does.Contain("sends more than any response has").Or.Contain("invalid"));
    }

    [Test]
    public async Task Mutated_responses_are_understood_or_an_error([Range(1, 10)] int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        for (var round = 0; round < 10; round++)
        {
            var answer = Mutate($"* 1 EXISTS\r\n* 3 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 10 FLAGS (\\Seen $Junk) BODY[] {{{Text.Length}}}\r\n{Text})\r\nTAG OK done\r\n", random);
            await using var server = new OddImapServer { Answers = new() { [random.Next(2) == 0 ? "UID FETCH 10 (BODY" : "UID FETCH 10 (UID"] = answer } }.With(Text);
            try
            {
                await FetchAsync(server, cancellation, new() { Command = Moment, Message = Moment });
            }
            catch (RemoteServerException)
            {
                // One of the two.
            }
        }
    }

    [Test]
    public async Task What_is_injected_before_STARTTLS_is_not_believed(CancellationToken cancellation)
    {
        await using var server = new OddImapServer
        {
            IsStartTls = true,
            Capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN",
            CapabilitiesAfterLogin = "IMAP4rev1",
            Answers = new() { ["STARTTLS"] = "TAG OK go\r\n* CAPABILITY IMAP4rev1 IDLE\r\n* PREAUTH yours\r\n" },
        }.With(Text);
        try
        {
            await using var session = await OpenAsync(server, cancellation);
            Assert.That(session.CanIdle, Is.False);
        }
        catch (RemoteServerException)
        {
            // Ending the session is as good.
        }
    }

    [TestCase("IMAP4rev1 AUTH=PLAIN", "TAG OK no\r\n", "does not support")]
    [TestCase("IMAP4rev1 STARTTLS AUTH=PLAIN", "TAG NO not now\r\n", "not now")]
    public async Task Without_STARTTLS_no_password_is_sent(string capabilities, string answer, string message, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { IsStartTls = true, Capabilities = capabilities, Answers = new() { ["STARTTLS"] = answer } };
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => OpenAsync(server, cancellation));
        Assert.That(failure!.Message, Does.Contain(message));
        Assert.That(server.Heard, Has.None.Contains("AUTHENTICATE").And.None.Contains("LOGIN"));
    }

    [Test]
    public async Task A_wrong_password_is_tried_once(CancellationToken cancellation)
    {
        await using var server = new OddImapServer
        {
            Capabilities = "IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256 SASL-IR",
            Answers = new() { ["AUTHENTICATE"] = "TAG NO wrong\r\n", ["LOGIN"] = "TAG NO wrong\r\n" },
        };
        await Assert.ThrowsAsync<RemoteServerException>(() => OpenAsync(server, cancellation));
        Assert.That(server.Heard.Count(line => line.Contains("AUTHENTICATE", StringComparison.Ordinal) || line.Contains("LOGIN", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [TestCase("IMAP4rev1 AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR", "XOAUTH2")]
    [TestCase("IMAP4rev1 AUTH=PLAIN AUTH=OAUTHBEARER SASL-IR", "OAUTHBEARER")]
    public async Task An_access_token_logs_in_and_an_expired_one_is_reported(string capabilities, string mechanism, CancellationToken cancellation)
    {
        await using var accepting = new OddImapServer { Capabilities = capabilities, Answers = new() { ["AUTHENTICATE"] = "TAG OK in\r\n" } };
        await using (var session = await OpenAsync(accepting, cancellation, Token))
        {
            Assert.That(accepting.Heard, Has.Some.Contains($"AUTHENTICATE {mechanism} "));
        }
        await using var expired = new OddImapServer { Capabilities = capabilities, Answers = new() { ["AUTHENTICATE"] = "TAG NO [AUTHENTICATIONFAILED] bad token\r\n" } };
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => OpenAsync(expired, cancellation, Token));
        Assert.That(failure!.Message, Does.Contain("rejected the access token").And.Contain("expired").And.Contain("bad token").And.Not.Contain(Token.Secret));
    }

    [Test]
    public async Task A_server_without_token_login_is_named_as_the_reason(CancellationToken cancellation)
    {
        await using var server = new OddImapServer();
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => OpenAsync(server, cancellation, Token));
        Assert.That(failure!.Message, Does.Contain("XOAUTH2"));
    }

    [TestCase(true, RemoteTls.StartTls)]
    [TestCase(false, RemoteTls.Implicit)]
    public async Task The_TLS_mode_of_a_port_is_found(bool isStartTls, RemoteTls found, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { IsStartTls = isStartTls, Capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN" };
        await using var session = await OpenAsync(server, cancellation, tls: RemoteTls.Detect);
        Assert.That(session.Tls, Is.EqualTo(found));
    }

    [Test]
    public async Task A_silent_server_is_given_up_in_time_with_both_reasons(CancellationToken cancellation)
    {
        await using var server = new AgentPost.Support.ScriptedServer(connection => connection.StayAsync());
        var second = TimeSpan.FromSeconds(1);
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => RemoteImapSession.OpenAsync(
            new("127.0.0.1", server.Port, IPAddress.Loopback, RemoteTls.Detect, CertificateTrust.Any) { Timeouts = new() { Greeting = second } }, Ann, NullLogger.Instance, cancellation));
        Assert.That(failure!.Message, Does.Contain("did not respond in time").And.Contain("With implicit TLS"));
    }

    [Test]
    public async Task A_certificate_that_is_not_trusted_is_no_reason_to_try_STARTTLS(CancellationToken cancellation)
    {
        await using var server = new OddImapServer();
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => RemoteImapSession.OpenAsync(
            new("127.0.0.1", server.Port, IPAddress.Loopback, RemoteTls.Detect, CertificateTrust.System), Ann, NullLogger.Instance, cancellation));
        Assert.That(failure!.Message, Does.StartWith("TLS with 127.0.0.1 failed").And.Not.Contain("With implicit TLS"));
    }

    [TestCase("* 1 EXISTS\r\n", true)]
    [TestCase("* OK Still here\r\n* OK Still here\r\n* 1 EXISTS\r\n* 1 RECENT\r\n", true)]
    [TestCase("* OK Still here\r\n", false)]
    [TestCase("* 0 EXISTS\r\n", false)]
    public async Task IDLE_ends_with_a_message_and_with_nothing_else(string data, bool isNew, CancellationToken cancellation)
    {
        await using var server = new OddImapServer { CapabilitiesAfterLogin = "IMAP4rev1 IDLE", IdleData = data };
        await using var session = await OpenAsync(server, cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        Assert.That(await session.IdleAsync(TimeSpan.FromSeconds(1), Never, cancellation), Is.EqualTo(isNew));
        Assert.That(await session.SearchFromAsync(1, cancellation), Is.Empty, "The session continues.");
    }

    [Test]
    public async Task IDLE_that_is_rejected_is_not_tried_again(CancellationToken cancellation)
    {
        await using var server = new OddImapServer { CapabilitiesAfterLogin = "IMAP4rev1 IDLE", Answers = new() { ["IDLE"] = "TAG BAD no\r\n" } }.With(Text);
        await using var session = await OpenAsync(server, cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        Assert.That(session.CanIdle);
        Assert.That(await session.IdleAsync(TimeSpan.FromMinutes(1), Never, cancellation), Is.False);
        Assert.That(session.CanIdle, Is.False);
        Assert.That(await session.SearchFromAsync(1, cancellation), Is.EqualTo((uint[])[10]));
    }

    [Test]
    public async Task A_session_that_ends_during_IDLE_is_an_error(CancellationToken cancellation)
    {
        await using var server = new OddImapServer { CapabilitiesAfterLogin = "IMAP4rev1 IDLE", IdleData = "* BYE idle for too long\r\n" };
        await using var session = await OpenAsync(server, cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => session.IdleAsync(TimeSpan.FromSeconds(2), Never, cancellation));
        Assert.That(failure!.Message, Does.Contain("idle for too long"));
    }

    [Test]
    public async Task A_server_that_never_confirms_IDLE_is_given_up(CancellationToken cancellation)
    {
        await using var server = new OddImapServer { CapabilitiesAfterLogin = "IMAP4rev1 IDLE", Answers = new() { ["IDLE"] = "* OK wait\r\n" } };
        await using var session = await OpenAsync(server, cancellation, timeouts: new() { Command = TimeSpan.FromSeconds(1) });
        await session.ExamineAsync("INBOX", cancellation);
        var failure = await Assert.ThrowsAsync<RemoteServerException>(() => session.IdleAsync(TimeSpan.FromMinutes(10), Never, cancellation));
        Assert.That(failure!.Message, Does.Contain("in time"));
    }

    [Test]
    public async Task A_cancellation_is_no_error_of_the_server(CancellationToken cancellation)
    {
        await using var server = new OddImapServer { CapabilitiesAfterLogin = "IMAP4rev1 IDLE" };
        await using var session = await OpenAsync(server, cancellation);
        await session.ExamineAsync("INBOX", cancellation);
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(async () => await session.IdleAsync(TimeSpan.FromMinutes(10), Never, stopping.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_long_message_is_passed_on_and_never_held_whole(CancellationToken cancellation)
    {
        const int Size = 23 * 1024 * 1024;
        await using var server = new OddImapServer().With(Text, string.Concat(Enumerable.Repeat("0123456789abcde\n", Size / 16)));
        await using var session = await OpenAsync(server, cancellation, timeouts: ImapTimeouts.Standard);
        await session.ExamineAsync("INBOX", cancellation);
        var received = 0L;
        var allocated = 0L;
        await session.FetchAsync(
            20,
            long.MaxValue,
            piece =>
            {
                // What the scripted server makes of its text is over when the first piece is here.
                allocated = received == 0 ? GC.GetTotalAllocatedBytes() : allocated;
                received += piece.Length;
            },
            cancellation);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        TestContext.Out.WriteLine($"{allocated} bytes were allocated for {received} bytes.");
        Assert.That(received, Is.EqualTo(Size));
        Assert.That(allocated, Is.LessThan(Size / 2));
    }

    static async Task<string> FetchAsync(OddImapServer server, CancellationToken cancellation, ImapTimeouts? timeouts = null)
    {
        await using var session = await OpenAsync(server, cancellation, timeouts: timeouts);
        await session.ExamineAsync("INBOX", cancellation);
        await session.DescribeAsync([10], cancellation);
        var octets = new MemoryStream();
        await session.FetchAsync(10, 1000, piece => octets.Write(piece.Span), cancellation);
        return Encoding.Latin1.GetString(octets.ToArray());
    }

    static string Mutate(string text, Random random)
    {
        string[] pieces = ["(", ")", "{", "}", "\"", "\\", "\r\n", "[", "]", " ", "{3}\r\n", "NIL", "BODY[]", "\0", "\u00ff", "UID", "7", "*", "a1 ", "4294967296", "~", "-1"];
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            text = text[..at] + (random.Next(3) == 0 ? "" : pieces[random.Next(pieces.Length)]) + text[Math.Min(text.Length, at + random.Next(4))..];
        }
        return text;
    }

    static TestCaseData<Func<OddImapServer>> Case(string name, Func<OddImapServer> create) => new(create) { TestName = $"Is_read({name})" };

    static Task<RemoteImapSession> OpenAsync(
        OddImapServer server, CancellationToken cancellation, RemoteLogin? login = null, RemoteTls? tls = null, ImapTimeouts? timeouts = null) => RemoteImapSession.OpenAsync(
        new("127.0.0.1", server.Port, IPAddress.Loopback, tls ?? (server.IsStartTls ? RemoteTls.StartTls : RemoteTls.Implicit), CertificateTrust.Any)
        {
            Timeouts = timeouts ?? new() { Command = TimeSpan.FromSeconds(3), Message = TimeSpan.FromSeconds(3) },
        },
        login ?? Ann,
        NullLogger.Instance,
        cancellation);
}
