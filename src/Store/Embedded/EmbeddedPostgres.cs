using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Embedded;

/// <summary>
/// A private Postgres in the data folder. It is created on first use and shared by all processes that use the folder;
/// each holds a shared lock, and the last one stops Postgres. If a killed process left Postgres running, the next one
/// adopts it. Restarts Postgres whenever it ends, until disposed.
/// </summary>
sealed class EmbeddedPostgres : IAsyncDisposable
{
    const string DatabaseName = "agentpost";

    static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(5);

    readonly ClusterFolder _folder;
    readonly ServiceUser _user;
    readonly Postmaster _postmaster;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stopping = new();
    FolderLock? _use;
    Task _watch = Task.CompletedTask;

    EmbeddedPostgres(ClusterFolder folder, ServiceUser user, ILogger logger)
    {
        _folder = folder;
        _user = user;
        _postmaster = new(folder, user);
        _logger = logger;
    }

    public string ConnectionString => ConnectionTo(DatabaseName);

    public static async Task<EmbeddedPostgres> StartAsync(string dataFolder, ILogger logger, CancellationToken cancellation)
    {
        var (folder, user) = await ClusterFolder.PrepareAsync(dataFolder, cancellation);
        var postgres = new EmbeddedPostgres(folder, user, logger);
        try
        {
            await postgres.JoinAsync(cancellation);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new StoreSetupException($"The embedded database in {folder.Path} belongs to another user: start AgentPost as that user, or as root.", denied);
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
        postgres._watch = postgres.WatchAsync(postgres._stopping.Token);
        return postgres;
    }

    /// <summary>Throws StoreSetupException if the data folder has no cluster. Creates nothing.</summary>
    public static void EnsureExists(string dataFolder)
    {
        if (!ClusterFolder.HasCluster(dataFolder))
        {
            throw new StoreSetupException(
                $"There is no database in {Path.GetFullPath(dataFolder)}: is AGENTPOST_DATA right? Only 'agentpost serve' creates a database.");
        }
    }

    /// <summary>Stops Postgres if no other process uses it. The caller must have closed its connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        _stopping.Dispose();
        using var starting = await FolderLock.TakeExclusiveAsync(_folder.StartLock, CancellationToken.None);
        _use?.Dispose();
        using var last = FolderLock.TryTakeExclusive(_folder.UsersLock);
        if (last is null)
        {
            return;
        }
        if (await _postmaster.StopAsync())
        {
            Log.EmbeddedStopped(_logger, _folder.Path);
        }
        else
        {
            Log.EmbeddedStopForced(_logger, _folder.Path);
        }
    }

    async Task JoinAsync(CancellationToken cancellation)
    {
        using var starting = await FolderLock.TakeExclusiveAsync(_folder.StartLock, cancellation);
        await EnsureRunningAsync(cancellation);
        await EnsureDatabaseAsync(cancellation);
        _use = await FolderLock.TakeSharedAsync(_folder.UsersLock, cancellation);
    }

    async Task EnsureRunningAsync(CancellationToken cancellation)
    {
        if (_postmaster.FindProcess() is { } found && await _postmaster.WaitUntilReadyAsync(cancellation))
        {
            Log.EmbeddedAdopted(_logger, _folder.Path, found);
            return;
        }
        var binaries = await PostgresBinaries.FindAsync(ReadClusterVersion(), cancellation);
        if (!Directory.Exists(_folder.Cluster))
        {
            Log.EmbeddedCreating(_logger, _folder.Path);
            await ClusterCreation.CreateAsync(_folder, _user, binaries, cancellation);
        }
        ClusterCreation.Configure(_folder, _user);
        await _postmaster.StartAsync(binaries, cancellation);
        Log.EmbeddedStarted(_logger, binaries.MajorVersion, _folder.Path, _postmaster.FindProcess() ?? 0);
    }

    int? ReadClusterVersion() =>
        Path.Combine(_folder.Cluster, "PG_VERSION") is var file && File.Exists(file) && int.TryParse(File.ReadAllText(file), out var version) ? version : null;

    async Task EnsureDatabaseAsync(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var find = new NpgsqlCommand($"select 1 from pg_database where datname = '{DatabaseName}'", connection);
        if (await find.ExecuteScalarAsync(cancellation) is null)
        {
            await using var create = new NpgsqlCommand($"create database {DatabaseName}", connection);
            await create.ExecuteNonQueryAsync(cancellation);
        }
    }

    async Task WatchAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(WatchInterval);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellation);
                LimitLog();
                if (_postmaster.FindProcess() is null)
                {
                    Log.EmbeddedLost(_logger, _folder.Path);
                    using var starting = await FolderLock.TakeExclusiveAsync(_folder.StartLock, cancellation);
                    await EnsureRunningAsync(cancellation);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            // Retry after any failure, because the next attempt may succeed.
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Log.EmbeddedRestartFailed(_logger, _folder.Path, failure);
                await Task.Delay(RestartPause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Other processes that use the cluster do the same, so only one at a time. If the disk is full, the next check
    // retries.
    void LimitLog()
    {
        if (!_postmaster.IsLogTooLarge)
        {
            return;
        }
        using var alone = FolderLock.TryTakeExclusive(_folder.StartLock);
        if (alone is null)
        {
            return;
        }
        try
        {
            _postmaster.LimitLog();
        }
        catch (IOException)
        {
        }
    }

    string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder { Host = _folder.SocketFolder, Username = ClusterCreation.Role, Database = database }.ConnectionString;
}
