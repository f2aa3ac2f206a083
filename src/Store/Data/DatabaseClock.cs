using Npgsql;

namespace AgentPost.Store.Data;

/// <summary>
/// The database's time, for timestamps that an instance computes itself: the host's clock, corrected by its measured
/// skew. So instances agree even if the clocks of their hosts differ. Thread-safe.
/// </summary>
sealed class DatabaseClock(TimeProvider host) : TimeProvider
{
    // A measurement over a slow connection is no more precise than this.
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    long _skew;

    /// <summary>
    /// Difference between the host's clock and the database's at the last measurement. Positive if the host is ahead.
    /// </summary>
    public TimeSpan Skew => new(Interlocked.Read(ref _skew));

    public override TimeZoneInfo LocalTimeZone => host.LocalTimeZone;

    public override long TimestampFrequency => host.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => host.GetUtcNow() - Skew;

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        host.CreateTimer(callback, state, dueTime, period);

    /// <summary>Measures the skew and corrects this clock by it.</summary>
    public async Task MeasureAsync(Database database, CancellationToken cancellation)
    {
        var skew = await database.ReadAsync(MeasureAsync, cancellation);
        Interlocked.Exchange(ref _skew, skew.Duration() < Tolerance ? 0 : skew.Ticks);
    }

    async Task<TimeSpan> MeasureAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command("select clock_timestamp()");
        var before = host.GetUtcNow();
        var database = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!);
        return before + ((host.GetUtcNow() - before) / 2) - database;
    }
}
