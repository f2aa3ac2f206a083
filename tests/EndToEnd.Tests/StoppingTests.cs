using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>SIGTERM while commands are under way: what has begun is finished, the rest is refused.</summary>
sealed class StoppingTests
{
    [Test]
    public async Task An_APPEND_that_has_begun_is_stored_and_what_follows_is_answered_with_BYE()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using var imap = await program.LogInToImapAsync();
        await using var other = await program.LogInToImapAsync();
        var message = Mail.FromAgent("finished");
        await imap.SendAsync($"a APPEND INBOX {{{message.Length}}}");
        await imap.ReadUntilAsync("+ ");
        await imap.Line.SendAsync(message.AsMemory(0, 20), default);

        var stopping = program.StopAsync();
        await other.ReadUntilAsync("* BYE");
        await imap.Line.SendAsync(message.AsMemory(20), default);
        await imap.SendAsync("\r\nb NOOP");

        Assert.That(await imap.ReadUntilAsync("a "), Does.StartWith("a OK"));
        Assert.That(await imap.ReadUntilAsync("* BYE"), Does.StartWith("* BYE [UNAVAILABLE]"));
        Assert.That(await stopping, Is.Zero);
        await program.StartAsync();
        await using var after = await program.LogInToImapAsync();
        var status = await after.CommandAsync("STATUS INBOX (MESSAGES)");
        Assert.That(status.Untagged, Has.Member("* STATUS INBOX (MESSAGES 1)"));
    }

    [Test]
    public async Task An_APPEND_that_does_not_finish_within_the_grace_period_stores_nothing()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using var imap = await program.LogInToImapAsync();
        await imap.SendAsync("a APPEND INBOX {1000}");
        await imap.ReadUntilAsync("+ ");
        await imap.SendAsync("Subject: never finished");

        Assert.That(await program.StopAsync(), Is.Zero);
        await program.StartAsync();
        await using var after = await program.LogInToImapAsync();
        var status = await after.CommandAsync("STATUS INBOX (MESSAGES)");
        Assert.That(status.Untagged, Has.Member("* STATUS INBOX (MESSAGES 0)"));
    }
}
