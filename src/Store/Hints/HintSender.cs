using System.Threading.Channels;
using AgentPost.Store.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Hints;

/// <summary>
/// Sends hints to other processes with NOTIFY, on a separate connection: a NOTIFY inside the writer's transaction would
/// serialize all commits of the database. Hints that arrive during a NOTIFY are sent together with the next one.
/// </summary>
sealed class HintSender : IAsyncDisposable
{
    public const string Channel = "agentpost";

    // With more hints than this, a single hint that everything has changed is cheaper.
    const int MostPending = 4096;

    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(2);

    readonly Database _database;
    readonly ILogger _logger;
    readonly Lock _lock = new();
    readonly Channel<bool> _signal =
        System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource _stopping = new();
    readonly Task _loop;
    HashSet<string> _pending = [];
    NpgsqlConnection? _connection;

    public HintSender(Database database, ILogger logger)
    {
        _database = database;
        _logger = logger;
        _loop = RunAsync();
    }

    /// <summary>Identifies this process in its hints.</summary>
    public string Sender { get; } = Guid.NewGuid().ToString("N");

    public void Send(string hint)
    {
        lock (_lock)
        {
            if (_pending.Count >= MostPending)
            {
                _pending = [HintPayload.Everything];
            }
            else if (!_pending.Contains(HintPayload.Everything))
            {
                _pending.Add(hint);
            }
        }
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Sends pending hints, if the database accepts them within two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        _signal.Writer.TryComplete();
        _stopping.CancelAfter(FinishLimit);
        await _loop;
        _stopping.Dispose();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    async Task RunAsync()
    {
        while (await _signal.Reader.WaitToReadAsync())
        {
            _signal.Reader.TryRead(out _);
            if (!await TrySendPendingAsync(_stopping.Token) && !_signal.Reader.Completion.IsCompleted)
            {
                await Task.Delay(RetryPause);
                _signal.Writer.TryWrite(true);
            }
        }
    }

    async Task<bool> TrySendPendingAsync(CancellationToken cancellation)
    {
        var hints = TakePending();
        try
        {
            _connection ??= await _database.OpenLastingAsync(cancellation);
            foreach (var payload in HintPayload.Pack(Sender, hints))
            {
                await using var command = new NpgsqlCommand("select pg_notify($1, $2)", _connection)
                {
                    Parameters = { new() { Value = Channel }, new() { Value = payload } },
                };
                await command.ExecuteNonQueryAsync(cancellation);
            }
            return true;
        }
        // Retry after any failure, because a new connection may succeed.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var level = DatabaseFailure.LevelOf(failure, LogLevel.Warning);
            Log.HintsDelayed(_logger, level, hints.Count, failure);
            await DropConnectionAsync();
            Restore(hints);
            return false;
        }
    }

    HashSet<string> TakePending()
    {
        lock (_lock)
        {
            var taken = _pending;
            _pending = [];
            return taken;
        }
    }

    void Restore(HashSet<string> hints)
    {
        lock (_lock)
        {
            _pending.UnionWith(hints);
        }
    }

    async Task DropConnectionAsync()
    {
        if (_connection is { } broken)
        {
            _connection = null;
            await broken.DisposeAsync();
        }
    }
}
