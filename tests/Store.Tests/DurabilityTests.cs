using AgentPost.Store.Data;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentPost.Store.Tests;

/// <summary>A database whose settings would lose acknowledged mail.</summary>
public sealed class DurabilityTests
{
    [Test]
    public async Task Commits_reach_the_disk_although_the_database_has_synchronous_commit_off()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        var name = await PostgresPair.ScalarAsync<string>(database.ConnectionString, "select current_database()");
        await PostgresPair.ExecuteAsync(
            database.ConnectionString, $"alter database {name} set synchronous_commit = off");
        await using var pool = new Database(
            DatabaseSettings.Parse(database.ConnectionString), new(), NullLogger.Instance, TimeProvider.System);
        var others = await PostgresPair.ScalarAsync<string>(
            database.ConnectionString, "select current_setting('synchronous_commit')");
        Assert.That(others, Is.EqualTo("off"));
        Assert.That(await pool.ReadAsync(ReadAsync, default), Is.EqualTo("on"));
        await using var lasting = await pool.OpenLastingAsync(default);
        Assert.That(await ReadAsync(lasting, default), Is.EqualTo("on"));
    }

    [Test]
    public async Task A_server_without_fsync_is_a_risk_and_others_are_none()
    {
        await using var servers = await PostgresPair.StartAsync();
        await using var store = await MailStore.OpenAsync(
            new(servers.DataFolder, servers.PrimaryConnectionString), NullLoggerFactory.Instance, TimeProvider.System,
            default);
        Assert.That(await store.FindDurabilityRisksAsync(default), Is.Empty);
        await servers.TurnFsyncOffAsync();
        Assert.That(await store.FindDurabilityRisksAsync(default), Has.One.Contains("fsync=off"));
    }

    static async Task<string> ReadAsync(Npgsql.NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command("select current_setting('synchronous_commit')");
        return (string)(await command.ExecuteScalarAsync(cancellation) ?? "");
    }
}
