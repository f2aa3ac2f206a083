using AgentPost.Store.Model;
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

    [Test]
    public async Task Submissions_and_recipients_of_an_older_version_are_numbered_by_age()
    {
        await using var database = await Postgres.Instance.CreateEmptyDatabaseAsync();
        await MigrateByHandAsync(database, 11);
        await ScalarAsync(
            database,
            """
            insert into organizations (organization_id, name) values (gen_random_uuid(), 'default');
            insert into inboxes (inbox_id, organization_id, address) select gen_random_uuid(), organization_id, a from organizations, unnest(array['a@x.test', 'b@x.test']) a;
            insert into submissions (inbox_id, message_id, organization_id, thread_id, is_reply, submitted_at, content_sha256)
            select inbox_id, gen_random_uuid(), organization_id, inbox_id, n % 2 = 0, now() - n * interval '1 minute', '' from inboxes, generate_series(1, 4) n;
            insert into known_recipients (inbox_id, address, first_at) select inbox_id, n::text, now() - n * interval '1 minute' from inboxes, generate_series(1, 4) n
            """);
        await (await database.OpenStoreAsync()).DisposeAsync();
        Assert.That(
            await ScalarAsync(
                database,
                """
                select string_agg(concat_ws(' ', s.ordinal, s.reply_ordinal, s.organization_ordinal, k.address), ', ' order by i.address, s.submitted_at)
                from submissions s join inboxes i using (inbox_id) join known_recipients k on k.inbox_id = s.inbox_id and k.ordinal = s.ordinal
                """),
            Is.EqualTo("1 1 4, 2 3, 3 2 2, 4 1, 1 1 4, 2 3, 3 2 2, 4 1"));
    }

    static async Task MigrateByHandAsync(TestDatabase database, int version)
    {
        await ScalarAsync(database, "create table schema_migrations (version int primary key, name text not null, applied_at timestamptz not null default now())");
        foreach (var script in Directory.GetFiles(Path.Combine(Repository.Root, "src", "Store", "Schema"), "*.sql").Order(StringComparer.Ordinal).Take(version))
        {
            await ScalarAsync(database, await File.ReadAllTextAsync(script));
        }
        await ScalarAsync(database, $"insert into schema_migrations (version, name) values ({version}, 'by hand')");
    }

    static async Task<object?> ScalarAsync(TestDatabase database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
