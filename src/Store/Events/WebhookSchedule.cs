namespace AgentPost.Store.Events;

/// <summary>When a failed delivery is retried, and when a failing webhook is probed. Both count from the end of the
/// failed request.</summary>
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

    /// <summary>Delay of a delivery until its next attempt, after so many failed ones.</summary>
    public static TimeSpan DelayAfter(int attempts) => Delays[Math.Min(attempts, Delays.Length) - 1];

    /// <summary>Duration of the next pause of a webhook, after so many pauses in a row.</summary>
    public static TimeSpan PauseAfter(int pauses) => Pauses[Math.Min(pauses, Pauses.Length - 1)];
}
