using System.Threading.Channels;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// Turns notes into events that have a place in one order. A transaction's place is not known before it has committed: numbers that are given earlier become visible
/// out of order, and a reader that goes on from the highest it has seen would miss the late ones. So the numbers are given here, afterwards, by one process
/// at a time, under a lock that outlasts the commit. The host that has noted something does it at once; what a host leaves behind when it dies, another
/// finds within half a minute.
/// </summary>
sealed class EventSequencer : IAsyncDisposable
{
    const long LockKey = 7_310_579_628_301;

    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(2);

    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Channel<bool> _noted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource _stopping = new();
    Task _loop = Task.CompletedTask;

    public EventSequencer(Database database, ChangeNotifier notifier, TimeProvider time, ILogger logger)
    {
        _database = database;
        _notifier = notifier;
        _time = time;
        _logger = logger;
    }

    /// <summary>Call when the schema is up to date. Begins with what another host, or an earlier run, has left behind.</summary>
    public void Start()
    {
        Noted();
        _loop = RunAsync();
    }

    /// <summary>Call after the commit of notes.</summary>
    public void Noted() => _noted.Writer.TryWrite(true);

    /// <summary>Does what is still to be done, if the database takes it within a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        _noted.Writer.TryComplete();
        _stopping.CancelAfter(FinishLimit);
        await _loop;
        _stopping.Dispose();
    }

    async Task RunAsync()
    {
        var pause = LookEvery;
        while (await WaitAsync(pause))
        {
            try
            {
                while (await SequenceAsync(_stopping.Token))
                {
                }
                pause = LookEvery;
            }
            // Whatever went wrong, the notes stay, and trying again may do better.
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                var level = DatabaseFailure.LevelOf(failure, LogLevel.Error);
                Log.EventsDelayed(_logger, level, failure);
                pause = RetryPause;
            }
        }
    }

    /// <summary>False: there is nothing left to do, for good.</summary>
    async Task<bool> WaitAsync(TimeSpan pause)
    {
        using var limit = new CancellationTokenSource(pause, _time);
        try
        {
            if (!await _noted.Reader.WaitToReadAsync(limit.Token))
            {
                return false;
            }
            _noted.Reader.TryRead(out _);
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Whether there was anything to do, so that there may be more.</summary>
    async Task<bool> SequenceAsync(CancellationToken cancellation)
    {
        var (isMore, told, deliveries) = await _database.TransactAsync(
            async (connection, token) =>
            {
                await using var enter = connection.Command("select pg_advisory_xact_lock($1)", LockKey);
                await enter.ExecuteNonQueryAsync(token);
                var notes = await NotedChange.TakeAsync(connection, token);
                if (notes.Count == 0)
                {
                    return (false, (IReadOnlyList<MailEvent>)[], 0);
                }
                var events = await EventExpansion.ExpandAsync(connection, notes, _logger, token);
                await InsertAsync(connection, events, token);
                var queued = await WebhookFanOut.AddAsync(connection, events, token);
                await EventVolumes.AddAsync(connection, events, queued, token);
                return (true, events, queued.Count);
            },
            cancellation);
        foreach (var organization in told.Select(one => one.Organization).Distinct())
        {
            _notifier.EventsChanged(organization);
        }
        if (deliveries > 0)
        {
            _notifier.WebhooksQueued();
        }
        return isMore;
    }

    static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<MailEvent> events, CancellationToken cancellation)
    {
        // Sorted before the positions are given.
        await using var command = connection.Command(
            """
            insert into events (organization_id, event_id, inbox_id, type, occurred_at, data)
            select organization_id, event_id, nullif(inbox_id, '00000000-0000-0000-0000-000000000000'), type, occurred_at, data
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[])
                with ordinality as told (organization_id, event_id, inbox_id, type, occurred_at, data, ordinal)
            order by ordinal
            """,
            events.Select(told => told.Organization.Value).ToArray(),
            events.Select(told => told.Id.Value).ToArray(),
            events.Select(told => told.Inbox?.Value ?? Guid.Empty).ToArray(),
            events.Select(told => told.Type).ToArray(),
            events.Select(told => told.OccurredAt).ToArray(),
            events.Select(told => told.Data).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
