using AgentPost.Host.Setup;
using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>The CSV of credentials, sessions, folders.</summary>
sealed class CredentialTests : RunningApi
{
    const string Columns = "email,imap_host,imap_port,smtp_host,smtp_port,username,password";

    [Test]
    public async Task The_password_is_the_key_that_asked()
    {
        var csv = (await Api.GetAsync("/api/v1/inboxes/credentials/export")).EnsureOk();
        var lines = csv.Text.Split("\r\n");

        Assert.That(lines[0], Is.EqualTo(Columns));
        Assert.That(lines, Does.Contain(
            $"{ProgramUnderTest.Inbox},localhost,{Program.ImapPort},localhost,{Program.SmtpPort},{ProgramUnderTest.Inbox},{Program.Key}"));
        Assert.That(csv.Headers["Content-Type"], Does.StartWith("text/csv"));
    }

    [Test]
    public async Task A_minted_key_opens_its_inbox_and_no_other()
    {
        var inbox = await NewInboxAsync();
        using var limited = await ClientAsync(["inboxes:read", "keys:write", "messages:read", "messages:write"], inbox);

        var line = (await limited.GetAsync("/api/v1/inboxes/credentials/export?mint=true")).EnsureOk().Text.Split("\r\n")[1].Split(',');
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(line[5], line[6]);
        var other = await imap.CommandAsync("NOOP");
        await using var stranger = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));

        Assert.That(line[0], Is.EqualTo(inbox));
        Assert.That(other.Status, Does.StartWith("OK"));
        Assert.That((await stranger.CommandAsync($"LOGIN {ProgramUnderTest.Inbox} {line[6]}")).Status, Does.StartWith("NO"));
    }

    [Test]
    public async Task Minting_needs_the_right_to_make_keys()
    {
        using var limited = await ClientAsync(["inboxes:read"]);
        (await limited.GetAsync("/api/v1/inboxes/credentials/export?mint=true")).EnsureError(403, "missing_scope");
    }

    [Test]
    public async Task The_command_line_writes_the_same_table()
    {
        var plain = await Program.RunCommandAsync("credentials", "export");
        var minted = await Program.RunCommandAsync("credentials", "export", "--mint");

        Assert.That(plain.Output.Split("\r\n")[0], Is.EqualTo(Columns));
        Assert.That(plain.Output, Does.Contain($",{ProgramUnderTest.Inbox},\r\n"));
        Assert.That(minted.Output, Does.Match($",{ProgramUnderTest.Inbox},ap_sk_[0-9A-Za-z]+\r\n"));
    }

    [Test]
    public void Cells_that_a_spreadsheet_would_run_are_defused()
    {
        Assert.That(InboxAddress.TryParse("=cmd@agentpost.test", out var address, out _));
        var inbox = new Inbox(InboxId.New(), OrganizationId.New(), address!, null, default);

        Assert.That(
            CredentialExport.Write([(inbox, "a,\"b\"")], new MailSettings("localhost", 1993, 1465)).Split("\r\n")[1],
            Is.EqualTo("'=cmd@agentpost.test,localhost,1993,localhost,1465,'=cmd@agentpost.test,\"a,\"\"b\"\"\""));
    }

    [Test]
    public async Task A_session_is_listed_and_ended()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        using var owner = await ClientAsync(["inboxes:read", "inboxes:write"], inbox);

        var session = Only(await owner.GetAsync("/api/v1/sessions"));
        Assert.That((await owner.DeleteAsync($"/api/v1/sessions/{session.GetProperty("id")}")).Status, Is.EqualTo(204));

        Assert.That(session.GetProperty("protocol").GetString(), Is.EqualTo("imap"));
        Assert.That(await imap.ReadUntilAsync("BYE"), Does.StartWith("* BYE"));
    }

    [Test]
    public async Task Folders_are_listed_with_what_is_in_them()
    {
        var inbox = await NewInboxAsync();
        await using var imap = await ImapDialogue.BeginAsync(Program.ConnectImapAsync(CancellationToken.None));
        await imap.LogInAsync(inbox, Program.Key);
        (await imap.AppendAsync("INBOX", "", Mail.FromAgent("counted"))).EnsureOk();

        var folders = (await Api.GetAsync($"/api/v1/inboxes/{inbox}/folders")).EnsureOk()["data"];

        Assert.That(folders.EnumerateArray().Select(folder => folder.GetProperty("name").GetString()), Is.EqualTo((string[])["INBOX", "Drafts", "Sent", "Trash"]));
        Assert.That(folders[0].GetProperty("unread").GetInt32(), Is.EqualTo(1));
    }
}
