using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Sending;

/// <summary>How much of its sending limits an inbox has used.</summary>
public sealed class SendUsages
{
    readonly Database _database;
    readonly TimeProvider _time;

    internal SendUsages(Database database, SendLimits limits, TimeProvider time)
    {
        _database = database;
        Limits = limits;
        _time = time;
    }

    public SendLimits Limits { get; }

    public Task<SendUsage> ReadAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var now = _time.GetUtcNow();
                await using var command = connection.Command(
                    $"""
                    select coalesce(newest.ordinal - minute.ordinal + 1, 0), coalesce(newest.ordinal - day.ordinal + 1, 0), minute.submitted_at, day.submitted_at,
                        {SendPolicy.FirstTimeCountSql}
                    from (values (1)) one
                    left join lateral (select ordinal from submissions where inbox_id = $1 order by ordinal desc limit 1) newest on true
                    left join lateral (
                        select ordinal, submitted_at from submissions where uuid_send(inbox_id) = uuid_send($1) and submitted_at > $3 order by submitted_at limit 1) minute on true
                    left join lateral (
                        select ordinal, submitted_at from submissions where uuid_send(inbox_id) = uuid_send($1) and submitted_at > $2 order by submitted_at limit 1) day on true
                    """,
                    inbox.Value, now - SendPolicy.Day, now.AddMinutes(-1));
                await using var reader = await command.ExecuteReaderAsync(token);
                await reader.ReadAsync(token);
                return new SendUsage(
                    reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(4), Until(reader, 2, TimeSpan.FromMinutes(1), now), Until(reader, 3, SendPolicy.Day, now));
            },
            cancellation);

    /// <summary>
    /// Finds the message that Sent showed for a message sent with this idempotency key within the last day. Returns
    /// null if none was. Throws StoreRefusedException: IdempotencyKeyReused.
    /// </summary>
    public async Task<MessageId?> FindSentAsync(
        InboxId inbox, string idempotencyKey, byte[] requestSha256, CancellationToken cancellation)
    {
        var found = await _database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select message_id, (request_sha256 <> $4) is true from (
                        select * from submissions where idempotency_key = $3 and uuid_send(inbox_id) = uuid_send($1) offset 0) s
                    where submitted_at > $2 order by submitted_at limit 1
                    """,
                    inbox.Value, _time.GetUtcNow() - SendPolicy.Day, idempotencyKey, requestSha256);
                return await SubmissionLedger.ReadAsync(command, token);
            },
            cancellation);
        if (found is not null)
        {
            // The caller treats the message as accepted.
            await _database.ConfirmAsync(cancellation);
        }
        return found;
    }

    static TimeSpan Until(NpgsqlDataReader reader, int ordinal, TimeSpan span, DateTimeOffset now) =>
        reader.IsDBNull(ordinal) ? TimeSpan.Zero : reader.GetDateTime(ordinal) + span - now;
}

/// <summary>The number of messages that an inbox has sent recently.</summary>
/// <param name="FirstTimeRecipientsInDay">Number of recipients to which it sent for the first time.</param>
/// <param name="MinuteEases">Time until the oldest message of the last minute no longer counts; zero if there is
/// none.</param>
public sealed record SendUsage(long MessagesInMinute, long MessagesInDay, long FirstTimeRecipientsInDay, TimeSpan MinuteEases, TimeSpan DayEases);
