namespace AgentPost.Store.Events;

/// <summary>
/// The delays before a failed delivery is retried and before a failing webhook is probed. Both start at the end of the
/// failed request.
/// </summary>
static class WebhookSchedule
{
    static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1),
            TimeSpan.FromHours(4),
    ];

    static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40),
        TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(160), TimeSpan.FromMinutes(5),
    ];

    /// <summary>Returns the delay before the next attempt of a delivery.</summary>
    /// <param name="attempts">Number of failed attempts, at least one.</param>
    public static TimeSpan DelayAfter(int attempts) => Delays[Math.Min(attempts, Delays.Length) - 1];

    /// <summary>Returns the duration of the next pause of a webhook.</summary>
    /// <param name="pauses">Number of earlier pauses in a row.</param>
    public static TimeSpan PauseAfter(int pauses) => Pauses[Math.Min(pauses, Pauses.Length - 1)];
}
