using AgentPost.Support.Stress;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Longer, and with other seeds: <c>./agentpost fuzz imap --minutes N --seed S</c>.</summary>
sealed class StressTests
{
    const int Seed = 4;

    [Test]
    public async Task Ten_connections_that_change_one_folder_for_a_minute_are_told_what_is()
    {
        await using var database = await Databases.CreateAsync();
        var commands = await StressRun.PlayAsync(database, TimeSpan.FromSeconds(60), Seed);
        TestContext.Out.WriteLine($"{commands} commands");
        Assert.That(commands, Is.GreaterThan(1_000));
    }
}
