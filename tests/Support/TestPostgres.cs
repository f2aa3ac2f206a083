using System.Globalization;
using AgentPost.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentPost.Support;

/// <summary>
/// A Postgres of its own for a run of tests, in a temporary folder, kept by the store's own embedding. Databases are copies of one migrated template.
/// Disposing stops it and removes every file. Works for root and for others.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    const string Template = "agentpost_template";

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
        var folder = Path.Combine(Path.GetTempPath(), "agentpost-test-" + Path.GetRandomFileName());
        var postgres = new TestPostgres(folder, await EmbeddedPostgres.StartAsync(folder, NullLogger.Instance, CancellationToken.None));
        try
        {
            await postgres.ExecuteAsync($"create database {Template}");
            await (await TestDatabase.OpenStoreAsync(postgres.ConnectionTo(Template))).DisposeAsync();
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
        var files = Path.Combine(_folder, "postgres");
        var outside = Directory.ResolveLinkTarget(files, returnFinalTarget: true)?.FullName;
        await _postgres.DisposeAsync();
        if (outside is not null)
        {
            Directory.Delete(outside, recursive: true);
        }
        Directory.Delete(_folder, recursive: true);
    }

    async Task<TestDatabase> CreateAsync(string template)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"create database {name} template {template}");
        return new(this, name, ConnectionTo(name));
    }

    internal Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database {name} with (force)");

    string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = database }.ConnectionString;

    async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
