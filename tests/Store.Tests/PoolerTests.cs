using AgentPost.Store.Model;
using AgentPost.Support;

namespace AgentPost.Store.Tests;

public sealed class PoolerTests
{
    [Test]
    public async Task A_pooler_in_transaction_mode_is_refused_with_a_sentence()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "transaction");
        Assert.That(
            () => database.OpenStoreAsync(options => options with { Database = pooler.ConnectionString }),
            Throws.TypeOf<StoreSetupException>().With.Message.Contains("pool_mode = session"));
    }

    [Test]
    public async Task A_pooler_in_session_mode_does_no_harm()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await using var pooler = await PgBouncer.StartAsync(database.ConnectionString, "session");
        await using var store = await database.OpenStoreAsync(
            options => options with { Database = pooler.ConnectionString });
        await store.Accounts.CreateInboxAsync("ann@example.test", null, default);
        Assert.That(await store.Accounts.ListInboxesAsync(default), Has.Count.EqualTo(1));
    }
}
