namespace AgentPost.Host.Workers.WebhookCalls;

/// <summary>
/// Number of concurrent requests to one webhook: one more after each success, half as many after a failure. A slow
/// receiver gets as many as it needs to keep up, and a failing receiver is not overloaded. Not thread-safe.
/// </summary>
/// <param name="max">At least one.</param>
sealed class ConcurrencyLimit(int max)
{
    const int Start = 4;

    public int Current { get; private set; } = Math.Min(Start, max);

    public void Record(bool hasSucceeded) =>
        Current = hasSucceeded ? Math.Min(Current + 1, max) : Math.Max(Current / 2, 1);
}
