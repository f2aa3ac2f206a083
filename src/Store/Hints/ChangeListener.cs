using AgentPost.Store.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Hints;

/// <summary>
/// Receives hints from other processes with LISTEN and passes them to the <see cref="ChangeNotifier"/>. Hints are lost
/// while the connection is down, so after each reconnect everything counts as changed.
/// </summary>
sealed class ChangeListener : IAsyncDisposable
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly Database _database;
    readonly ChangeNotifier _notifier;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stopping = new();
    readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task _loop = Task.CompletedTask;
    TimeSpan _pause = ShortestPause;

    ChangeListener(Database database, ChangeNotifier notifier, ILogger logger)
    {
        _database = database;
        _notifier = notifier;
        _logger = logger;
    }

    /// <summary>Starts listening. After it returns, no commit goes unnoticed.</summary>
    public static async Task<ChangeListener> StartAsync(Database database, ChangeNotifier notifier, ILogger logger, CancellationToken cancellation)
    {
        var listener = new ChangeListener(database, notifier, logger);
        listener._loop = listener.RunAsync(listener._stopping.Token);
        try
        {
            await listener._listening.Task.WaitAsync(cancellation);
            return listener;
        }
        catch (OperationCanceledException)
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellation);
            }
            // Retry after any failure, because a new connection may succeed.
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return;
                }
                var level = DatabaseFailure.LevelOf(failure, LogLevel.Warning);
                Log.ListenerLost(_logger, level, failure);
                await Task.Delay(_pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }
        }
    }

    async Task ListenAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenLastingAsync(cancellation);
        connection.Notification += (_, notification) => Receive(notification.Payload);
        await using var command = new NpgsqlCommand("listen " + HintSender.Channel, connection);
        await command.ExecuteNonQueryAsync(cancellation);
        _pause = ShortestPause;
        if (!_listening.TrySetResult())
        {
            _notifier.Receive(HintPayload.Everything);
        }
        while (true)
        {
            await connection.WaitAsync(cancellation);
        }
    }

    void Receive(string payload)
    {
        var (sender, hints) = HintPayload.Unpack(payload);
        if (sender == _notifier.Sender)
        {
            return;
        }
        foreach (var hint in hints)
        {
            _notifier.Receive(hint);
        }
    }
}
