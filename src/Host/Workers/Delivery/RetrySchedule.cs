namespace AgentPost.Host.Workers.Delivery;

/// <summary>When a message that could not be delivered is tried again, and when no more.</summary>
static class RetrySchedule
{
    /// <summary>How old a message may grow (RFC 5321 §4.5.4.1 wants at least 4 to 5 days).</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(5);

    static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(4),
    ];

    /// <param name="attempts">That failed, this one included.</param>
    public static TimeSpan PauseAfter(int attempts) => Pauses[Math.Min(attempts, Pauses.Length) - 1];
}
