using AgentPost.Store;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentPost.Support;

/// <summary>One database of a <see cref="TestPostgres"/>: for stores in the test's process, or for programs by AGENTPOST_DATABASE.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly TestPostgres _postgres;
    readonly string _name;

    internal TestDatabase(TestPostgres postgres, string name, string connectionString, string dataFolder)
    {
        _postgres = postgres;
        _name = name;
        ConnectionString = connectionString;
        DataFolder = dataFolder;
    }

    public string ConnectionString { get; }

    MailStoreOptions Options =>
        new(DataFolder, ConnectionString) { Domains = ["agentpost.test", "example.test", "transcript.test"] };

    /// <summary>Where stores opened here keep their spool; shared with the other databases of the run.</summary>
    public string DataFolder { get; }

    /// <summary>A store as one program would open it; several act as several programs. The caller disposes it.</summary>
    public Task<MailStore> OpenStoreAsync() => OpenStoreAsync(TimeProvider.System);

    public Task<MailStore> OpenStoreAsync(TimeProvider time) =>
        MailStore.OpenAsync(Options, NullLoggerFactory.Instance, time, CancellationToken.None);

    public Task<MailStore> OpenStoreAsync(InboxCapacity capacity) =>
        OpenStoreAsync(options => options with { Capacity = capacity });

    /// <summary>A store with other options; the caller disposes it.</summary>
    public Task<MailStore> OpenStoreAsync(Func<MailStoreOptions, MailStoreOptions> change, TimeProvider? time = null) =>
        MailStore.OpenAsync(
            change(Options), NullLoggerFactory.Instance, time ?? TimeProvider.System, CancellationToken.None);

    /// <summary>Runs statements in the database, as the role that owns it.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stores opened on the database must be disposed before, else their connections are cut.</summary>
    public async ValueTask DisposeAsync() => await _postgres.DropDatabaseAsync(_name);
}
