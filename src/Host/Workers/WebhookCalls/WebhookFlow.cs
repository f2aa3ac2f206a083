using AgentPost.Store.Events;

namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>The calls of this instance to one webhook. Not thread-safe: only the worker's loop uses it.</summary>
sealed class WebhookFlow(DueWebhook webhook, int maxCalls)
{
    readonly ConcurrencyLimit _limit = new(maxCalls);

    /// <summary>The webhook as last read from the database.</summary>
    public DueWebhook Webhook { get; set; } = webhook;

    /// <summary>Calls in progress.</summary>
    public int Running { get; private set; }

    /// <summary>True if more deliveries may be due than could be started.</summary>
    public bool HasMore { get; set; }

    /// <summary>Number of calls that can be started now.</summary>
    public int Free => Math.Max(0, _limit.Current - Running);

    /// <summary>Counts since the last summary.</summary>
    public WebhookCounts Counts { get; private set; }

    public void Started() => Running++;

    /// <param name="hasSucceeded">Null if the call ended without a result.</param>
    public void Ended(bool? hasSucceeded, int events)
    {
        Running--;
        if (hasSucceeded is { } succeeded)
        {
            _limit.Record(succeeded);
            Counts = succeeded
                ? Counts with { Calls = Counts.Calls + 1, Events = Counts.Events + events }
                : Counts with { Calls = Counts.Calls + 1, Failures = Counts.Failures + 1 };
        }
    }

    public WebhookCounts TakeCounts()
    {
        var counts = Counts;
        Counts = default;
        return counts;
    }
}

/// <param name="Events">Delivered events.</param>
/// <param name="Failures">Failed calls.</param>
readonly record struct WebhookCounts(int Calls, int Events, int Failures);
