using AgentPost.EndToEnd.Tests.Api;
using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Surfaces;

/// <summary>
/// While an account elsewhere is active, what the inbox sends leaves by it: by a real Postfix that takes mail only under TLS, from who has logged in, and from that user's own
/// address, and that delivers to the Dovecot which the inbox gets its mail from.
/// </summary>
[CancelAfter(180_000)]
sealed class SurfaceSendingTests
{
    const string User = "theirs";
    const string Address = "theirs@elsewhere.test";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    DovecotServer _dovecot = null!;
    Postfix _postfix = null!;
    Sender _sender = null!;
    ApiClient _api = null!;

    [SetUp]
    public async Task Start()
    {
        _dovecot = await DovecotServer.StartAsync();
        _postfix = await Postfix.StartAsync("elsewhere.test", settings: await PostfixSettingsAsync());
        _sender = await Sender.StartAsync(("AGENTPOST_SURFACES__ALLOWPRIVATEADDRESSES", "true"), ("AGENTPOST_SURFACES__ALLOWUNTRUSTEDCERTIFICATES", "true"));
        _api = new(_sender.Program, _sender.Program.Key);
    }

    [TearDown]
    public async Task Stop()
    {
        _api.Dispose();
        await _sender.DisposeAsync();
        await _postfix.DisposeAsync();
        await _dovecot.DisposeAsync();
    }

    [Test]
    public async Task What_waited_leaves_by_the_account_and_comes_in_by_it_and_after_the_stop_mail_waits_again()
    {
        await _sender.SendAsync("waited", Address);
        Assert.That(await _sender.SentAsync(), Is.EqualTo((string[])["$Queued"]));

        await StartSurfaceAsync(DovecotServer.Password);
        await _sender.SentShowsAsync("$Delivered");
        var came = await FirstMessageAsync();
        (await _api.PostAsync(Surface("stop"))).EnsureOk();
        await _sender.SendAsync("later", Address);

        Assert.That(came, Does.Contain("Subject: waited").And.Contain($"\nFrom: Bob <{Address}>\r\n").And.Contain($"Return-Path: <{Address}>\r\n"));
        Assert.That(came, Does.Not.Contain($"From: {ProgramUnderTest.Inbox}"));
        Assert.That(await _sender.SentAsync(), Is.EqualTo((string[])["$Delivered", "$Queued"]));
    }

    [Test]
    public async Task A_login_that_is_refused_is_told_in_the_queue_and_tried_again()
    {
        await StartSurfaceAsync("wrong");
        await _sender.SendAsync("patience", Address);
        await Eventually.IsAsync(async () => (await _sender.QueueAsync()).Contains("535", StringComparison.Ordinal), "the refusal in the queue");
        await Eventually.IsAsync(async () => await SendErrorAsync() is { } error && error.Contains("535", StringComparison.Ordinal), "the refusal in the status");

        await StartSurfaceAsync(DovecotServer.Password);
        await _sender.RetryAsync();

        await _sender.SentShowsAsync("$Delivered");
        Assert.That(await SendErrorAsync(), Is.Null);
    }

    [Test]
    public async Task A_recipient_that_the_server_rejects_is_in_the_status_until_the_next_message_is_accepted()
    {
        await StartSurfaceAsync(DovecotServer.Password);
        await _sender.SendAsync("rejected", "somebody@foreign.test");
        await Eventually.IsAsync(async () => await SendErrorAsync() is not null, "the rejection in the status");
        await _sender.SendAsync("accepted", Address);
        await Eventually.IsAsync(async () => await SendErrorAsync() is null, "the status without an error");
    }

    async Task<string?> SendErrorAsync() => (await _api.GetAsync(Surface("status"))).EnsureOk()["lastSendError"].GetString();

    static string Surface(string call) => $"/v1/messaging/imap/{ProgramUnderTest.Inbox}/{call}";

    async Task<string[]> PostfixSettingsAsync() =>
    [
        $"smtpd_tls_cert_file = {_dovecot.CertificatePath}",
        $"smtpd_tls_key_file = {_dovecot.KeyPath}",
        "smtpd_tls_security_level = encrypt",
        "smtpd_sasl_auth_enable = yes",
        "smtpd_sasl_type = dovecot",
        $"smtpd_sasl_path = {_dovecot.LoginSocket}",
        $"smtpd_recipient_restrictions = check_recipient_access inline:{{ foreign.test=REJECT }}, permit_sasl_authenticated, reject",
        $"smtpd_sender_login_maps = inline:{{ {Address}={User} }}",
        "smtpd_sender_restrictions = reject_sender_login_mismatch",
        $"virtual_mailbox_base = {_dovecot.MailFolder}",
        $"virtual_mailbox_maps = static:{User}/",
        $"virtual_uid_maps = static:{(await Commands.RunAsync("id", Patience, "-u", DovecotServer.MailUser)).Trim()}",
        $"virtual_gid_maps = static:{(await Commands.RunAsync("id", Patience, "-g", DovecotServer.MailUser)).Trim()}",
    ];

    async Task StartSurfaceAsync(string smtpPassword) => (await _api.PostAsync(Surface("start"), new
    {
        fromAddress = Address,
        fromName = "Bob",
        imapHost = "127.0.0.1",
        imapPort = _dovecot.Port,
        imapUsername = User,
        imapPassword = DovecotServer.Password,
        smtpHost = "127.0.0.1",
        smtpPort = _postfix.Port,
        smtpUsername = User,
        smtpPassword,
        verify = smtpPassword == DovecotServer.Password,
    })).EnsureOk();

    async Task<string> FirstMessageAsync()
    {
        await using var imap = await _sender.Program.LogInToImapAsync();
        await Eventually.IsAsync(
            async () => (await imap.CommandAsync("SELECT INBOX")).EnsureOk().Untagged.Contains("* 1 EXISTS"), $"mail in INBOX\n{_postfix.Log}\n{_sender.Program.ErrorOutput}");
        return System.Text.Encoding.Latin1.GetString((await imap.CommandAsync("FETCH 1 BODY.PEEK[]")).EnsureOk().Literals.Single());
    }
}
