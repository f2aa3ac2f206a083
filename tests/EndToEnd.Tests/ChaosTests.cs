using AgentPost.Support.Chaos;

namespace AgentPost.EndToEnd.Tests;

/// <summary>Longer, and with other seeds: <c>./agentpost chaos --minutes N --seed S</c>.</summary>
sealed class ChaosTests
{
    const int Seed = 7;

    [Test]
    public async Task What_is_acknowledged_in_two_minutes_of_faults_is_there_once()
    {
        var report = await ChaosRun.PlayAsync(
            new(TimeSpan.FromMinutes(2), Seed) { Log = TestContext.Out.WriteLine });

        TestContext.Out.WriteLine(report);
        Assert.That(report.Violations, Is.Empty, report.ToString());
        Assert.That(report.Faults.Values.Sum(), Is.Positive);
        Assert.That(report.Channels, Has.All.Property(nameof(ChannelFigures.Acknowledged)).Positive);
    }
}
