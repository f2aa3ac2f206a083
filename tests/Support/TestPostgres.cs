using System.Globalization;
using AgentPost.Store.Embedded;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentPost.Support;

/// <summary>
/// A Postgres of its own for a run of tests, in a temporary folder, kept by the store's own embedding. Databases are copies of one migrated template.
/// Disposing stops it and removes every file. Works for root and for others.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    const string FolderPrefix = "agentpost-tests-";
    const string Template = "agentpost_template";

    static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(30);

    readonly string _folder;
    readonly EmbeddedPostgres _postgres;
    int _databases;

    TestPostgres(string folder, EmbeddedPostgres postgres)
    {
        _folder = folder;
        _postgres = postgres;
    }

    public static async Task<TestPostgres> StartAsync()
    {
        await RemoveAbandonedAsync();
        var folder = Path.Combine(Path.GetTempPath(), FolderPrefix + Path.GetRandomFileName());
        var postgres = new TestPostgres(folder, await EmbeddedPostgres.StartAsync(folder, NullLogger.Instance, CancellationToken.None));
        try
        {
            await postgres.ExecuteAsync($"create database {Template}");
            await (await postgres.Database(Template).OpenStoreAsync()).DisposeAsync();
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>A fresh, migrated database. Disposing it drops it; leaving it to the end of the run is fine too.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateAsync(Template);

    /// <summary>A fresh database without a schema.</summary>
    public Task<TestDatabase> CreateEmptyDatabaseAsync() => CreateAsync("template1");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopAsync(_postgres, _folder);
    }

    internal Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database {name} with (force)");

    static async Task StopAsync(EmbeddedPostgres postgres, string folder)
    {
        var outside = Directory.ResolveLinkTarget(Path.Combine(folder, "postgres"), returnFinalTarget: true)?.FullName;
        await postgres.DisposeAsync();
        if (outside is not null)
        {
            Directory.Delete(outside, recursive: true);
        }
        Directory.Delete(folder, recursive: true);
    }

    // A run that was killed leaves its Postgres behind; nobody holds its lock.
    static async Task RemoveAbandonedAsync()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                if (DateTime.UtcNow - Directory.GetCreationTimeUtc(folder) > AbandonedAfter && !IsUsed(folder))
                {
                    await StopAsync(await EmbeddedPostgres.StartAsync(folder, NullLogger.Instance, CancellationToken.None), folder);
                }
            }
            // Of another user, or just now removed by another run.
            catch (Exception other) when (other is IOException or UnauthorizedAccessException or StoreSetupException)
            {
            }
        }
    }

    static bool IsUsed(string folder)
    {
        using var free = FolderLock.TryTakeExclusive(Path.Combine(folder, "postgres", "users.lock"));
        return free is null;
    }

    async Task<TestDatabase> CreateAsync(string template)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"create database {name} template {template}");
        return Database(name);
    }

    TestDatabase Database(string name) =>
        new(this, name, new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = name }.ConnectionString, _folder);

    async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
