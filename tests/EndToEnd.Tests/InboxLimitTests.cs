namespace AgentPost.EndToEnd.Tests;

/// <summary>QUOTA without limits, and with only one of them. In transcripts, inboxes have both.</summary>
[TestFixture("", "", "")]
[TestFixture("AGENTPOST_LIMITS__INBOXMESSAGES", "30", "MESSAGE 0 30")]
[TestFixture("AGENTPOST_LIMITS__INBOXSIZE", "1048576", "STORAGE 0 1024")]
sealed class InboxLimitTests(string setting, string limit, string quota) : RunningProgram
{
    protected override (string Name, string Value)[] Settings => HasLimit ? [(setting, limit)] : [];

    bool HasLimit => quota is not "";

    [Test]
    public async Task A_quota_root_has_the_resources_that_have_a_limit([Values("INBOX", "Sent", "Drafts", "Trash", "Work")] string folder)
    {
        await using var imap = await Program.LogInToImapAsync();
        if (folder is "Work")
        {
            (await imap.CommandAsync("CREATE Work")).EnsureOk();
        }

        var untagged = (await imap.CommandAsync($"GETQUOTAROOT {folder}")).EnsureOk().Untagged;

        string[] expected = HasLimit ? [$"* QUOTAROOT {folder} \"\"", $"* QUOTA \"\" ({quota})"] : [$"* QUOTAROOT {folder}"];
        Assert.That(untagged, Is.EqualTo(expected));
    }

    [Test]
    public async Task Without_limits_there_is_no_quota_root()
    {
        await using var imap = await Program.LogInToImapAsync();

        var answer = await imap.CommandAsync("GETQUOTA \"\"");

        Assert.That(answer.Status, Does.StartWith(HasLimit ? "OK " : "NO [NONEXISTENT] "));
        Assert.That(answer.Untagged, HasLimit ? Is.EqualTo((string[])[$"* QUOTA \"\" ({quota})"]) : Is.Empty);
    }
}
