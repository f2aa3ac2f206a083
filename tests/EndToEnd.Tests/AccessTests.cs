using System.Diagnostics;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What a key may do, and how it ends.</summary>
sealed class AccessTests : RunningProgram
{
    MailStore? _store;

    MailStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    [OneTimeSetUp]
    public async Task OpenStore() => _store = await Database.OpenStoreAsync();

    [OneTimeTearDown]
    public async Task CloseStore()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Test]
    public async Task A_key_without_messages_read_cannot_log_in_to_IMAP_but_can_send()
    {
        var key = await CreateKeyAsync(Scope.MessagesWrite);

        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        var login = await imap.CommandAsync($"LOGIN {ProgramUnderTest.Inbox} {key.Secret}");
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));

        Assert.That(login.Status, Does.StartWith("NO [AUTHORIZATIONFAILED]").And.Contain("messages:read"));
        Assert.That(await smtp.AuthenticateAsync(ProgramUnderTest.Inbox, key.Secret), Does.StartWith("235 "));
    }

    [Test]
    public async Task A_key_without_messages_write_cannot_send_or_change_a_flag()
    {
        await using (var owner = await Program.LogInToImapAsync())
        {
            (await owner.AppendAsync("INBOX", "", Mail.FromAgent("read-only"))).EnsureOk();
        }
        var key = await CreateKeyAsync(Scope.MessagesRead);

        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(ProgramUnderTest.Inbox, key.Secret);
        var select = await imap.CommandAsync("SELECT INBOX");
        var store = await imap.CommandAsync(@"STORE 1 +FLAGS (\Seen)");
        (await imap.CommandAsync("FETCH 1 (BODY[])")).EnsureOk();
        var flags = await imap.CommandAsync("FETCH 1 (FLAGS)");
        await using var smtp = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));

        Assert.That(select.Status, Does.StartWith("OK [READ-ONLY]"));
        Assert.That(store.Status, Does.StartWith("NO"));
        Assert.That(flags.Untagged, Has.None.Contains(@"\Seen"));
        Assert.That(await smtp.AuthenticateAsync(ProgramUnderTest.Inbox, key.Secret), Does.StartWith("535 5.7.8 ").And.Contain("messages:write"));
    }

    [Test]
    public async Task The_sessions_of_a_revoked_key_end_within_a_second()
    {
        var key = await CreateKeyAsync(Scope.MessagesRead, Scope.MessagesWrite);
        await using var idling = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await idling.LogInAsync(ProgramUnderTest.Inbox, key.Secret);
        (await idling.CommandAsync("SELECT INBOX")).EnsureOk();
        await idling.IdleAsync();
        await using var sending = await SmtpDialogue.BeginAsync(Program.ConnectSmtpAsync(CancellationToken.None));
        await sending.LogInAsync(ProgramUnderTest.Inbox, key.Secret);
        await using var bystander = await Program.LogInToImapAsync();

        var revocation = await Program.RunCommandAsync("key", "revoke", key.Key.Id.ToString());
        var revoked = Stopwatch.GetTimestamp();
        var bye = await idling.ReadUntilAsync("* BYE");
        var reply = await sending.ReplyAsync();
        var elapsed = Stopwatch.GetElapsedTime(revoked);

        Assert.That(revocation.ExitCode, Is.Zero, revocation.Error);
        Assert.That(bye, Does.StartWith("* BYE"));
        Assert.That(await idling.ReadAsync(), Is.Null);
        Assert.That(reply, Does.StartWith("421 "));
        Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That((await bystander.CommandAsync("NOOP")).Status, Does.StartWith("OK"), "Other keys go on.");
    }

    [Test]
    public async Task The_bootstrap_key_stays_revoked_when_the_program_starts_again()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using (var store = await database.OpenStoreAsync())
        {
            await store.Accounts.RevokeKeyAsync((await store.Accounts.ListKeysAsync(CancellationToken.None)).Single().Id, CancellationToken.None);
        }

        await program.StopAsync();
        await program.StartAsync();
        await using var imap = await ImapDialogue.BeginAsync(program.ConnectImapAsync(CancellationToken.None));

        var login = await imap.CommandAsync($"LOGIN {ProgramUnderTest.Inbox} {program.Key}");
        Assert.That(login.Status, Does.StartWith("NO [AUTHENTICATIONFAILED]"));
    }

    Task<NewKey> CreateKeyAsync(params string[] scopes) =>
        Store.Accounts.CreateKeyAsync(new(scopes, [ProgramUnderTest.Inbox], null, ExpiresAt: null), CancellationToken.None);
}
