using AgentPost.Host.Workers.WebhookCalls;

namespace AgentPost.EndToEnd.Tests.Api;

/// <summary>How many requests a webhook gets at once.</summary>
sealed class ConcurrencyLimitTests
{
    [Test]
    public void It_grows_with_each_success_and_halves_with_each_failure()
    {
        var limit = new ConcurrencyLimit(10);
        var seen = new List<int> { limit.Current };
        foreach (var result in "+++++++-+----+")
        {
            limit.Record(hasSucceeded: result == '+');
            seen.Add(limit.Current);
        }

        Assert.That(seen, Is.EqualTo((int[])[4, 5, 6, 7, 8, 9, 10, 10, 5, 6, 3, 1, 1, 1, 2]));
    }

    [Test]
    public void It_never_exceeds_a_small_maximum()
    {
        var limit = new ConcurrencyLimit(1);
        limit.Record(hasSucceeded: true);

        Assert.That(limit.Current, Is.EqualTo(1));
    }
}
