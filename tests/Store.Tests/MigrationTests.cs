using AgentPost.Support;
using Npgsql;

namespace AgentPost.Store.Tests;

public sealed class MigrationTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task Four_programs_that_start_at_once_migrate_once()
    {
        await using var database = await Postgres.Instance.CreateEmptyDatabaseAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.OpenStoreAsync()));
        foreach (var store in stores)
        {
            await store.PingAsync(None);
            await store.DisposeAsync();
        }
        Assert.That(await ScalarAsync(database, "select count(*) = count(distinct version) and min(version) = 1 from schema_migrations"), Is.True);
    }

    [Test]
    public async Task A_newer_database_is_refused_and_left_alone()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await ScalarAsync(database, "insert into schema_migrations (version, name) values (9999, 'future')");
        Assert.That(database.OpenStoreAsync, Throws.TypeOf<StoreSetupException>().With.Message.Contains("schema version 9999"));
        Assert.That(await ScalarAsync(database, "select max(version) from schema_migrations"), Is.EqualTo(9999));
    }

    static async Task<object?> ScalarAsync(TestDatabase database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
