namespace AgentPost.Store.Events;

/// <summary>
/// Whether the receiver of a webhook responds, and how a request to it changes that. Timestamps are those of the
/// database's clock.
/// </summary>
/// <param name="Failures">Number of failed requests in a row.</param>
/// <param name="FailingSince">Time of the first failure of the current series. Null if the last request
/// succeeded.</param>
/// <param name="PausedUntil">Time of the next probe. Null if not paused. While the webhook is paused, one delivery at a
/// time is sent, as a probe.</param>
/// <param name="Pauses">Number of pauses in a row. Each is longer than the one before, up to a maximum.</param>
/// <param name="StateSince">Time of the last pause or resumption.</param>
sealed record WebhookHealth(
    int Failures,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PausedUntil,
    int Pauses,
    DateTimeOffset? StateSince,
    DateTimeOffset? LastErrorAt)
{
    /// <summary>Number of failures in a row after which a webhook is paused.</summary>
    public const int MaxFailures = 3;

    // A delivery is retried at least every four hours. A longer gap between failures does not prove that the receiver
    // was unavailable in between.
    static readonly TimeSpan MaxGap = TimeSpan.FromHours(12);

    public static readonly WebhookHealth Healthy = new(0, null, null, 0, null, null);

    /// <summary>
    /// True if a request shows the current state of the receiver. When a receiver stops responding, all requests in
    /// progress fail, some of them only after a probe has succeeded. These failures count once.
    /// </summary>
    public bool IsAffectedBy(WebhookCall call) =>
        call.IsProbe || StateSince is not { } since || call.AcquiredAt > since;

    public WebhookHealth AfterSuccess(DateTimeOffset now) => this with
    {
        Failures = 0,
        FailingSince = null,
        PausedUntil = null,
        Pauses = 0,
        StateSince = PausedUntil is null ? StateSince : now,
    };

    public WebhookHealth AfterFailure(DateTimeOffset now, bool isProbe)
    {
        var failed = this with
        {
            Failures = Failures + 1,
            FailingSince = FailingSince is { } since && now - LastErrorAt <= MaxGap ? since : now,
            LastErrorAt = now,
        };
        if (!isProbe && failed.Failures < MaxFailures)
        {
            return failed;
        }
        return failed with
        {
            PausedUntil = now + WebhookSchedule.PauseAfter(Pauses),
            Pauses = Pauses + 1,
            StateSince = now,
        };
    }

    /// <summary>True if no request has succeeded for this long.</summary>
    /// <param name="limit">Zero: always false.</param>
    public bool IsFailingFor(TimeSpan limit, DateTimeOffset now) =>
        limit > TimeSpan.Zero && now - FailingSince >= limit;
}
