using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>Removes what nobody needs any more. Safe to run on several hosts at once.</summary>
public sealed class Retention
{
    const int MostChangesPerFolder = 10_000;
    const int RowsAtOnce = 5_000;
    static readonly TimeSpan KeepTombstones = TimeSpan.FromHours(1);

    // Who has not written, or not been written to, for so long is new again.
    static readonly TimeSpan KeepCorrespondents = TimeSpan.FromDays(365);

    readonly Database _database;
    readonly Expunges _expunges;
    readonly TimeSpan _keepEvents;
    readonly long _mostRemembered;
    readonly TimeProvider _time;

    internal Retention(Database database, Writer writer, TimeSpan keepEvents, ListLimits limits, TimeProvider time)
    {
        _mostRemembered = limits.Remembered;
        _keepEvents = keepEvents;
        _database = database;
        _expunges = new(writer);
        _time = time;
    }

    /// <summary>
    /// Empties Trash of what fell in before <paramref name="keepTrash"/> ago (zero: never), then removes old tombstones, the messages that nothing
    /// names any more, the older part of long change logs, and old events.
    /// </summary>
    public async Task PurgeAsync(TimeSpan keepTrash, CancellationToken cancellation)
    {
        if (keepTrash > TimeSpan.Zero)
        {
            await EmptyTrashAsync(_time.GetUtcNow() - keepTrash, cancellation);
        }
        while (await PurgeTombstonesAsync(_time.GetUtcNow() - KeepTombstones, cancellation) == RowsAtOnce)
        {
        }
        await PruneChangesAsync(cancellation);
        await PruneSubmissionsAsync(_time.GetUtcNow() - SendPolicy.Day, cancellation);
        await PruneSentCopiesAsync(_time.GetUtcNow() - OneCopyInSent.Window, cancellation);
        await PruneCorrespondentsAsync("known_recipients", _time.GetUtcNow() - KeepCorrespondents, cancellation);
        await PruneCorrespondentsAsync("known_senders", _time.GetUtcNow() - KeepCorrespondents, cancellation);
        await PruneLongestAsync("known_recipients", "inbox_id", "last_at", cancellation);
        await PruneLongestAsync("known_senders", "inbox_id", "last_at", cancellation);
        await PruneLongestAsync("awaited_messages", "inbox_id", "thread_id", cancellation);
        await PruneLongestAsync("suppressions", "organization_id", "created_at", cancellation);
        await FollowForWebhooksAsync(cancellation);
        while (await PruneEventsAsync(_time.GetUtcNow() - _keepEvents, cancellation) == RowsAtOnce)
        {
        }
    }

    async Task EmptyTrashAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var old = await _database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<(Guid Inbox, int Folder, long[] Uids)>(new(
                """
                select inbox_id, folder_id, array_agg(uid order by uid)
                from entries join folders using (inbox_id, folder_id)
                where name = 'Trash' and saved_at < @before group by inbox_id, folder_id
                """,
                new { before },
                cancellationToken: token))).AsList(),
            cancellation);
        foreach (var (inbox, folder, uids) in old)
        {
            foreach (var some in uids.Chunk(RowsAtOnce))
            {
                await _expunges.ExpungeAsync(new(new(inbox), new(folder)), some.Select(uid => new Uid((uint)uid)).ToArray(), cancellation);
            }
        }
    }

    // One transaction: a message whose last tombstone goes is removed with it, or both stay.
    Task<int> PurgeTombstonesAsync(DateTimeOffset before, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var named = (await connection.QueryAsync<(Guid Inbox, Guid Message)>(new(
                    """
                    delete from tombstones where (inbox_id, folder_id, uid) in (
                        select inbox_id, folder_id, uid from tombstones where expunged_at < @before limit @limit for update skip locked)
                    returning inbox_id, message_id
                    """,
                    new { before, limit = RowsAtOnce },
                    transaction,
                    cancellationToken: token))).AsList();
                if (named.Count > 0)
                {
                    await RemoveUnnamedAsync(connection, named, token);
                }
                await transaction.CommitAsync(CancellationToken.None);
                return named.Count;
            },
            cancellation);

    static async Task RemoveUnnamedAsync(NpgsqlConnection connection, List<(Guid Inbox, Guid Message)> candidates, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            UnnamedMessages.RemoveSql, candidates.Select(row => row.Inbox).ToArray(), candidates.Select(row => row.Message).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // Who knows less than the floor reads the folder anew.
    Task<int> PruneChangesAsync(CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                with long as (
                    select inbox_id, folder_id from changes group by inbox_id, folder_id having count(*) > @most),
                floors as materialized (
                    select inbox_id, folder_id, floor.modseq from long cross join lateral (
                        select modseq from changes c where c.inbox_id = long.inbox_id and c.folder_id = long.folder_id
                        order by modseq desc offset @most limit 1) floor),
                raised as (
                    update folders f set change_floor = greatest(f.change_floor, floors.modseq) from floors
                    where f.inbox_id = floors.inbox_id and f.folder_id = floors.folder_id)
                delete from changes c using floors
                where c.inbox_id = floors.inbox_id and c.folder_id = floors.folder_id and c.modseq <= floors.modseq
                """,
                new { most = MostChangesPerFolder },
                cancellationToken: token)),
            cancellation);

    Task<int> PruneSubmissionsAsync(DateTimeOffset before, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new("delete from submissions where submitted_at < @before", new { before }, cancellationToken: token)),
            cancellation);

    Task<int> PruneCorrespondentsAsync(string table, DateTimeOffset before, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new($"delete from {table} where last_at < @before", new { before }, cancellationToken: token)),
            cancellation);

    /// <summary>Forgets the oldest rows of owners that have too many: senders can lengthen these lists.</summary>
    /// <param name="age">A column that grows with time.</param>
    Task PruneLongestAsync(string table, string owner, string age, CancellationToken cancellation) =>
        _mostRemembered == long.MaxValue ? Task.CompletedTask : _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                $"""
                with long as (select {owner} from {table} group by {owner} having count(*) > @most),
                floors as materialized (
                    select {owner}, oldest.{age} from long cross join lateral (
                        select {age} from {table} t where t.{owner} = long.{owner} order by {age} desc offset @most limit 1) oldest)
                delete from {table} t using floors where t.{owner} = floors.{owner} and t.{age} <= floors.{age}
                """,
                new { most = _mostRemembered },
                cancellationToken: token)),
            cancellation);

    /// <summary>As long as there are webhooks, events are written.</summary>
    Task<int> FollowForWebhooksAsync(CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                update organizations o set events_until = @until
                where o.events_until < @half and exists (select from webhooks w where w.organization_id = o.organization_id and w.disabled_at is null)
                """,
                new { until = _time.GetUtcNow() + _keepEvents, half = _time.GetUtcNow() + (_keepEvents / 2) },
                cancellationToken: token)),
            cancellation);

    // With them goes what webhooks were told of them.
    Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                delete from events where (organization_id, position) in (
                    select organization_id, position from events where occurred_at < @before limit @limit for update skip locked)
                """,
                new { before, limit = RowsAtOnce },
                cancellationToken: token)),
            cancellation);

    Task<int> PruneSentCopiesAsync(DateTimeOffset before, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                "delete from sent_copies where greatest(submitted_at, appended_at) < @before", new { before }, cancellationToken: token)),
            cancellation);
}
