namespace AgentPost.Store.Events;

/// <summary>Whether the receiver of a webhook answers, and what follows from a request to it. Times are the
/// database's.</summary>
/// <param name="Failures">Failed requests in a row.</param>
/// <param name="FailingSince">Null: the last request succeeded.</param>
/// <param name="PausedUntil">Null: not paused. While paused, one delivery at a time is sent, as a probe.</param>
/// <param name="Pauses">In a row; each is longer.</param>
/// <param name="StateSince">Time of the last pause or resumption.</param>
sealed record WebhookHealth(
    int Failures,
    DateTimeOffset? FailingSince,
    DateTimeOffset? PausedUntil,
    int Pauses,
    DateTimeOffset? StateSince,
    DateTimeOffset? LastErrorAt)
{
    /// <summary>Failures in a row that pause a webhook.</summary>
    public const int MaxFailures = 3;

    // A delivery is retried every four hours at least. After a longer gap nothing says that the receiver was away in
    // between.
    static readonly TimeSpan MaxGap = TimeSpan.FromHours(12);

    public static readonly WebhookHealth Healthy = new(0, null, null, 0, null, null);

    /// <summary>True if a request says something about the receiver as it is now. When a receiver goes away, all
    /// requests in progress fail, some of them only after a probe has succeeded; they count once.</summary>
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

    /// <summary>True if no request has succeeded for so long.</summary>
    /// <param name="limit">Zero: never.</param>
    public bool IsFailingFor(TimeSpan limit, DateTimeOffset now) =>
        limit > TimeSpan.Zero && now - FailingSince >= limit;
}
