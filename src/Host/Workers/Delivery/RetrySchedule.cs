namespace AgentPost.Host.Workers.Delivery;

/// <summary>Delays between delivery attempts, and the age at which a message fails.</summary>
static class RetrySchedule
{
    /// <summary>Maximum age of a message (RFC 5321 §4.5.4.1 asks for at least 4 to 5 days).</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(5);

    static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(4),
    ];

    /// <param name="attempts">Number of failed attempts, including the current one.</param>
    public static TimeSpan PauseAfter(int attempts) => Pauses[Math.Min(attempts, Pauses.Length) - 1];
}
