using System.Threading.Channels;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// Turns recorded changes into events with positions in one order. Positions assigned before the commit would become
/// visible out of order, and a reader that continues from the highest one it has seen would miss the late ones. So
/// positions are assigned afterwards, by one process at a time, under a lock that is held until the commit. The
/// instance that recorded a change does this at once. Changes that an instance leaves behind when it dies are processed
/// by another instance within 30 seconds.
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

    /// <summary>
    /// Starts the loop, with the changes that another instance or an earlier run left behind. Call it when the schema
    /// is up to date.
    /// </summary>
    public void Start()
    {
        Noted();
        _loop = RunAsync();
    }

    /// <summary>Signals that changes were recorded. Call after the commit.</summary>
    public void Noted() => _noted.Writer.TryWrite(true);

    /// <summary>Processes the remaining changes, if the database accepts them within two seconds.</summary>
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
            // Keep going after any failure: the recorded changes remain, and a retry may succeed.
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                var level = DatabaseFailure.LevelOf(failure, LogLevel.Error);
                Log.EventsDelayed(_logger, level, failure);
                pause = RetryPause;
            }
        }
    }

    /// <summary>
    /// Waits for a signal or the timeout. Returns false if the sequencer stops and nothing is left to do.
    /// </summary>
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

    /// <summary>Processes one batch. Returns true if there was one, because more may follow.</summary>
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
        // The query sorts the rows before Postgres assigns their positions.
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
