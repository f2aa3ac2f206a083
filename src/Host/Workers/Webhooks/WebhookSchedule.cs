namespace AgentPost.Host.Workers.Webhooks;

/// <summary>When a delivery that has failed is tried again.</summary>
static class WebhookSchedule
{
    static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(4),
    ];

    /// <summary>Null: it is given up.</summary>
    /// <param name="failed">Attempts that were made; at least one.</param>
    public static TimeSpan? PauseAfter(int failed) => failed <= Pauses.Length ? Pauses[failed - 1] : null;
}
