using System.Globalization;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>
/// Release time of a scheduled message (RFC 4865): a delay from now, or a timestamp. Exactly one of them is set.
/// </summary>
sealed record FutureRelease(TimeSpan? Interval, DateTimeOffset? Instant)
{
    /// <summary>Maximum delay.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    // date-time in UTC (RFC 3339 §5.6), as RFC 4865 requires
    const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // hold-for-param = "HOLDFOR=" future-release-integer; future-release-integer = %x31-39 *8DIGIT
    public static FutureRelease? ParseInterval(string? value) =>
        value is { Length: > 0 and <= 9 } && value[0] != '0' && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? new(TimeSpan.FromSeconds(seconds), null)
            : null;

    // hold-until-param = "HOLDUNTIL=" future-release-date-time
    public static FutureRelease? ParseInstant(string? value) => DateTimeOffset.TryParseExact(
        value, [InstantFormat, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
        ? new(null, instant)
        : null;

    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    public DateTimeOffset At(DateTimeOffset now) => Instant ?? now + Interval.GetValueOrDefault();

    /// <summary>The form that DSNs repeat (RFC 4865): <c>for;3600</c> or <c>until;2030-01-01T00:00:00Z</c>.</summary>
    public override string ToString() => Instant is { } instant
        ? "until;" + Format(instant)
        : string.Create(CultureInfo.InvariantCulture, $"for;{Interval.GetValueOrDefault().TotalSeconds:0}");
}
