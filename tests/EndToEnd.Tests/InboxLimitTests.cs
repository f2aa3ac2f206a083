namespace AgentPost.EndToEnd.Tests;

/// <summary>What transcripts, whose inboxes are limited, cannot show.</summary>
sealed class InboxLimitTests : RunningProgram
{
    [Test]
    public async Task An_inbox_without_limits_has_a_quota_root_with_an_empty_list()
    {
        await using var imap = await Program.LogInToImapAsync();

        Assert.That(
            (await imap.CommandAsync("GETQUOTAROOT INBOX")).EnsureOk().Untagged,
            Is.EqualTo((string[])["* QUOTAROOT INBOX \"\"", "* QUOTA \"\" ()"]));
    }
}
