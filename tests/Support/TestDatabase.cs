using AgentPost.Store;
using Microsoft.Extensions.Logging.Abstractions;

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

    /// <summary>Where stores opened here keep their spool; shared with the other databases of the run.</summary>
    public string DataFolder { get; }

    /// <summary>A store as one program would open it; several act as several programs. The caller disposes it.</summary>
    public Task<MailStore> OpenStoreAsync() => OpenStoreAsync(TimeProvider.System);

    public Task<MailStore> OpenStoreAsync(TimeProvider time) =>
        MailStore.OpenAsync(new(DataFolder, ConnectionString), NullLoggerFactory.Instance, time, CancellationToken.None);

    public Task<MailStore> OpenStoreAsync(InboxCapacity capacity) => MailStore.OpenAsync(
        new(DataFolder, ConnectionString) { Capacity = capacity }, NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);

    /// <summary>Stores opened on the database must be disposed before, else their connections are cut.</summary>
    public async ValueTask DisposeAsync() => await _postgres.DropDatabaseAsync(_name);
}
