namespace AgentPost.Store.Tests;

public sealed class MigrationTests
{
    [Test]
    public async Task A_fresh_database_answers()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await using var store = await database.OpenStoreAsync();
        Assert.That(async () => await store.PingAsync(CancellationToken.None), Throws.Nothing);
    }
}
