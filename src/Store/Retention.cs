using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Inbound;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Sending;
using AgentPost.Store.Writing;
using Dapper;
using Npgsql;

namespace AgentPost.Store;

/// <summary>Purges expired and orphaned data. Safe to run on several instances at once.</summary>
public sealed class Retention
{
    /// <summary>How long the lease on purging lasts if the instance does not renew it.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    const int MostChangesPerFolder = 10_000;
    const int RowsAtOnce = 5_000;
    static readonly TimeSpan KeepTombstones = TimeSpan.FromHours(1);

    // A correspondent without mail for this long counts as new.
    static readonly TimeSpan KeepCorrespondents = TimeSpan.FromDays(365);

    static readonly IReadOnlyList<EventKind> SessionKinds =
        [.. EventType.All.Where(kind => kind.Name is EventType.SessionStarted or EventType.SessionEnded)];

    readonly Database _database;
    readonly Expunges _expunges;
    readonly EventRetention _events;
    readonly TimeSpan _keepEvents;
    readonly long _mostRemembered;

    internal Retention(
        Database database, Writer writer, EventRetention events, TimeSpan keepEvents, ListLimits limits)
    {
        _events = events;
        _mostRemembered = limits.Remembered;
        _keepEvents = keepEvents;
        _database = database;
        _expunges = new(writer);
        Leases = new(database, "worker_leases", Lease);
    }

    /// <summary>The lease of the instance that purges, so that instances do not repeat each other's work.</summary>
    public RowLeases Leases { get; }

    /// <summary>Acquires the lease. Returns null if another instance holds it.</summary>
    public Task<RetentionTurn?> AcquireAsync(CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                var lease = Guid.CreateVersion7();
                await using var command = connection.Command(
                    $"update worker_leases set {Leases.Acquire("$1")} where worker = 'retention' and {RowLeases.IsFree()}", lease);
                return await command.ExecuteNonQueryAsync(token) == 1 ? new RetentionTurn(lease) : null;
            },
            cancellation);

    /// <summary>
    /// Purges messages that have been in Trash longer than <paramref name="keepTrash"/> (zero: never). Then removes old
    /// tombstones, orphaned messages, the older part of long change logs, and events that are too old or too many.
    /// </summary>
    public async Task PurgeAsync(TimeSpan keepTrash, CancellationToken cancellation)
    {
        if (keepTrash > TimeSpan.Zero)
        {
            await EmptyTrashAsync(keepTrash, cancellation);
        }
        while (await PurgeTombstonesAsync(KeepTombstones, cancellation) == RowsAtOnce)
        {
        }
        await PruneChangesAsync(cancellation);
        await PruneSubmissionsAsync(SendPolicy.Day, cancellation);
        while (await PruneInboundLedgerAsync(cancellation) == RowsAtOnce)
        {
        }
        await PruneSentCopiesAsync(OneCopyInSent.Window, cancellation);
        await PruneCorrespondentsAsync("known_recipients", KeepCorrespondents, cancellation);
        await PruneCorrespondentsAsync("known_senders", KeepCorrespondents, cancellation);
        await PruneLongestAsync("known_recipients", "inbox_id", "last_at", cancellation);
        await PruneLongestAsync("known_senders", "inbox_id", "last_at", cancellation);
        await PruneLongestAsync("awaited_messages", "inbox_id", "thread_id", cancellation);
        await PruneLongestAsync("suppressions", "organization_id", "created_at", cancellation);
        await FollowForWebhooksAsync(cancellation);
        await _events.PurgeAsync(_keepEvents, cancellation);
    }

    async Task EmptyTrashAsync(TimeSpan age, CancellationToken cancellation)
    {
        var expunged = 0;
        do
        {
            expunged = 0;
            foreach (var (inbox, folder, uids) in await FindOldTrashAsync(age, cancellation))
            {
                expunged += (await _expunges.ExpungeAsync(new(new(inbox), new(folder)), uids.Select(uid => new Uid((uint)uid)).ToArray(), cancellation)).Count;
            }
        }
        while (expunged > 0);
    }

    // UIDs ascend with time: if the first entry of a folder is young, all are. The number of entries per folder and
    // call is limited.
    Task<List<(Guid Inbox, int Folder, long[] Uids)>> FindOldTrashAsync(TimeSpan age, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<(Guid Inbox, int Folder, long[] Uids)>(new(
                """
                select f.inbox_id, f.folder_id, old.uids
                from (select inbox_id, folder_id from folders where name = 'Trash' and folder_id > 0 offset 0) f
                cross join lateral (
                    select saved_at from entries e where e.inbox_id = f.inbox_id and e.folder_id = f.folder_id and uid between @First and @Last
                    order by uid limit 1) oldest
                cross join lateral (
                    select array_agg(uid order by uid) as uids from (
                        select uid, saved_at from entries e
                        where e.inbox_id = f.inbox_id and e.folder_id = f.folder_id and uid between @First and @Last and oldest.saved_at < now() - @age
                        order by uid limit @limit) batch
                    where saved_at < now() - @age) old
                where oldest.saved_at < now() - @age and old.uids is not null
                """,
                new { age, UidFilter.First, UidFilter.Last, limit = RowsAtOnce },
                cancellationToken: token))).AsList(),
            cancellation);

    // One transaction: a message is removed together with its last tombstone, or both stay.
    Task<int> PurgeTombstonesAsync(TimeSpan age, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) =>
            {
                var named = (await connection.QueryAsync<(Guid Inbox, Guid Message)>(new(
                    """
                    delete from tombstones where ctid = any(array(
                        select ctid from tombstones where expunged_at < now() - @age order by expunged_at limit @limit for update skip locked))
                    returning inbox_id, message_id
                    """,
                    new { age, limit = RowsAtOnce },
                    cancellationToken: token))).AsList();
                if (named.Count > 0)
                {
                    await RemoveUnnamedAsync(connection, named, token);
                }
                return named.Count;
            },
            cancellation);

    static async Task RemoveUnnamedAsync(NpgsqlConnection connection, List<(Guid Inbox, Guid Message)> candidates, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            UnnamedMessages.RemoveSql, candidates.Select(row => row.Inbox).ToArray(), candidates.Select(row => row.Message).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // A client that knows only changes below the floor reloads the folder.
    Task<int> PruneChangesAsync(CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                with long as materialized (
                    select inbox_id, folder_id from folders where modseq - change_floor > @most),
                floors as materialized (
                    select inbox_id, folder_id, floor.modseq from long cross join lateral (
                        select modseq from changes c where c.inbox_id = long.inbox_id and c.folder_id = long.folder_id
                        order by modseq desc offset @most limit 1) floor),
                raised as (
                    update folders f set change_floor = greatest(f.change_floor, floors.modseq) from floors
                    where f.inbox_id = floors.inbox_id and f.folder_id = floors.folder_id)
                delete from changes c
                where c.ctid = any(array(
                    select old.place from floors cross join lateral (
                        select x.ctid as place from changes x
                        where x.inbox_id = floors.inbox_id and x.folder_id = floors.folder_id and x.modseq <= floors.modseq offset 0) old))
                """,
                new { most = MostChangesPerFolder },
                cancellationToken: token)),
            cancellation);

    Task<int> PruneSubmissionsAsync(TimeSpan age, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new("delete from submissions where submitted_at at time zone 'UTC' < (now() - @age) at time zone 'UTC'", new { age }, cancellationToken: token)),
            cancellation);

    Task<int> PruneCorrespondentsAsync(string table, TimeSpan age, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new($"delete from {table} where last_at < now() - @age", new { age }, cancellationToken: token)),
            cancellation);

    /// <summary>Deletes the oldest rows of owners that have too many. Senders can make these lists grow.</summary>
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

    /// <summary>Keeps events recorded while there are webhooks.</summary>
    Task<int> FollowForWebhooksAsync(CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                """
                update organizations o set events_until = now() + @keep
                where o.events_until < now() + @keep / 2 and exists (select from webhooks w where w.organization_id = o.organization_id and w.disabled_at is null)
                ;
                update organizations o set session_events_until = now() + @keep
                where (o.session_events_until is null or o.session_events_until < now() + @keep / 2) and exists (
                    select from webhooks w
                    where w.organization_id = o.organization_id and w.disabled_at is null and w.scopes && @scopes
                        and (w.event_types is null or w.event_types && @types))
                """,
                new
                {
                    keep = _keepEvents,
                    scopes = SessionKinds.Select(kind => kind.Scope).Distinct().ToArray(),
                    types = SessionKinds.SelectMany(kind => new[] { kind.Name, kind.Family }).Distinct().ToArray(),
                },
                cancellationToken: token)),
            cancellation);

    Task<int> PruneInboundLedgerAsync(CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                $"""
                delete from inbound_ledger where ctid = any(array(
                    select ctid from inbound_ledger where received_at < now() - {InboundLedger.KeepSql}
                    order by received_at limit @RowsAtOnce for update skip locked))
                """,
                new { RowsAtOnce },
                cancellationToken: token)),
            cancellation);

    Task<int> PruneSentCopiesAsync(TimeSpan age, CancellationToken cancellation) =>
        _database.WriteAsync(
            (connection, token) => connection.ExecuteAsync(new(
                "delete from sent_copies where greatest(submitted_at, appended_at) < now() - @age", new { age }, cancellationToken: token)),
            cancellation);
}

/// <summary>The right to purge, which one instance has at a time.</summary>
/// <param name="Id">Id of its lease.</param>
public sealed record RetentionTurn(Guid Id);
