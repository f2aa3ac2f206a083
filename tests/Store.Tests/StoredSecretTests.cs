using System.Security.Cryptography;
using AgentPost.Store.Access;
using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentPost.Store.Tests;

/// <summary>Secrets that the server must be able to read again are nowhere in the database in the clear.</summary>
public sealed class StoredSecretTests
{
    const string WebhookSecret = "whsec_of_an_earlier_version";

    static readonly CancellationToken None = CancellationToken.None;
    static readonly byte[] RsaKey = RandomNumberGenerator.GetBytes(1200);
    static readonly byte[] Ed25519Key = RandomNumberGenerator.GetBytes(48);

    [Test]
    public async Task What_is_stored_is_encrypted_and_read_again()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await using var store = await database.OpenStoreAsync();
        await store.Domains.AddAsync("a.test", [new("one", "rsa", RsaKey), new("two", "ed25519", Ed25519Key)], None);
        var webhook = await CreateWebhookAsync(store);

        Assert.That(KeysOf(await store.Domains.FindAsync("a.test", None)), Is.EqualTo([RsaKey, Ed25519Key]), "RSA first");
        Assert.That((await store.Webhooks.FindAsync(webhook.Organization, webhook.Id, None))!.Secret, Is.EqualTo(webhook.Secret).And.StartsWith("whsec_"));
        await EnsureNowhereInTheClearAsync(database, RsaKey, Ed25519Key, System.Text.Encoding.UTF8.GetBytes(webhook.Secret!));
    }

    [Test]
    public async Task What_an_earlier_version_stored_in_the_clear_is_encrypted_at_the_next_start_by_one_of_many_programs()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        var webhook = await StoreInTheClearAsync(database);

        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.OpenStoreAsync()));

        foreach (var store in stores)
        {
            Assert.That(KeysOf(await store.Domains.FindAsync("old.test", None)), Is.EqualTo([RsaKey]));
            Assert.That((await store.Webhooks.FindAsync(webhook.Organization, webhook.Id, None))!.Secret, Is.EqualTo(WebhookSecret));
            await store.DisposeAsync();
        }
        await EnsureNowhereInTheClearAsync(database, RsaKey, System.Text.Encoding.UTF8.GetBytes(WebhookSecret));
    }

    [Test]
    public async Task A_program_without_the_key_makes_none_reads_what_is_in_the_clear_and_changes_nothing()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        var webhook = await StoreInTheClearAsync(database);
        var folder = Directory.CreateTempSubdirectory("agentpost-no-key-").FullName;

        await using (var store = await OpenAsync(new(folder, database.ConnectionString) { MissingSecretsKey = MissingSecretsKey.DoWithout }))
        {
            Assert.That(KeysOf(await store.Domains.FindAsync("old.test", None)), Is.EqualTo([RsaKey]));
            Assert.That((await store.Webhooks.FindAsync(webhook.Organization, webhook.Id, None))!.Secret, Is.EqualTo(WebhookSecret));
            Assert.That(() => store.Domains.AddAsync("new.test", [new("one", "rsa", RsaKey)], None), Throws.TypeOf<StoreSetupException>().With.Message.Contains("AGENTPOST_DATA"));
            Assert.That(await store.Domains.FindAsync("new.test", None), Is.Null);
        }
        Assert.That(File.Exists(Path.Combine(folder, "secrets.key")), Is.False);
        Assert.That(await ScalarAsync(database, "select count(*) from domain_keys where plain_key is not null"), Is.EqualTo(1));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task With_another_key_the_secrets_are_absent_and_not_wrong()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        Webhook webhook;
        await using (var store = await database.OpenStoreAsync())
        {
            await store.Domains.AddAsync("a.test", [new("one", "rsa", RsaKey)], None);
            webhook = await CreateWebhookAsync(store);
        }

        await using var other = await OpenAsync(new(database.DataFolder, database.ConnectionString) { SecretsKey = RandomNumberGenerator.GetBytes(32) });

        Assert.That((await other.Domains.FindAsync("a.test", None))!.Keys, Is.EqualTo([new DomainKey("one", "rsa", null)]));
        Assert.That((await other.Webhooks.FindAsync(webhook.Organization, webhook.Id, None))!.Secret, Is.Null);
    }

    [Test]
    public async Task A_sealed_key_decrypts_for_no_other_domain()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await using var store = await database.OpenStoreAsync();
        await store.Domains.AddAsync("a.test", [new("one", "rsa", RsaKey)], None);
        await store.Domains.AddAsync("b.test", [new("one", "rsa", RsaKey)], None);
        await ScalarAsync(database, "update domain_keys set sealed_key = (select sealed_key from domain_keys where name = 'a.test') where name = 'b.test'");

        Assert.That((await store.Domains.FindAsync("b.test", None))!.Keys.Single().PrivateKey, Is.Null);
    }

    [Test]
    public async Task A_domain_keeps_its_keys_and_gets_those_that_it_lacks()
    {
        await using var database = await Postgres.Instance.CreateDatabaseAsync();
        await using var store = await database.OpenStoreAsync();
        await store.Domains.AddAsync("a.test", [new("one", "rsa", RsaKey)], None);
        await store.Domains.AddAsync("a.test", [new("x", "rsa", Ed25519Key), new("two", "ed25519", Ed25519Key)], None);
        await store.Domains.AddAsync("a.test", [new("y", "ed25519", RsaKey)], None);

        var found = (await store.Domains.ListAsync(None)).Single();

        Assert.That(found.Keys.Select(key => (key.Selector, key.Type)), Is.EqualTo([("one", "rsa"), ("two", "ed25519")]));
        Assert.That(KeysOf(found), Is.EqualTo([RsaKey, Ed25519Key]));
        Assert.That(await store.Domains.RemoveAsync("a.test", None), Is.True);
        Assert.That(await store.Domains.ListAsync(None), Is.Empty);
    }

    static IEnumerable<byte[]> KeysOf(MailDomain? domain) => domain!.Keys.Select(key => key.PrivateKey!);

    static Task<MailStore> OpenAsync(MailStoreOptions options) =>
        MailStore.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, None);

    static async Task<Webhook> CreateWebhookAsync(MailStore store)
    {
        var inbox = await store.Accounts.CreateInboxAsync("ann@example.test", null, None);
        return await store.Webhooks.CreateAsync(new(inbox.Organization, "https://example.test/", new(null, null, [])), None);
    }

    static async Task<Webhook> StoreInTheClearAsync(TestDatabase database)
    {
        Webhook webhook;
        await using (var store = await database.OpenStoreAsync())
        {
            webhook = await CreateWebhookAsync(store);
        }
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand("insert into domains (name) values ('old.test')");
        await command.ExecuteNonQueryAsync();
        await using var key = source.CreateCommand("insert into domain_keys (name, selector, key_type, plain_key) values ('old.test', 'agentpost', 'rsa', $1)");
        key.Parameters.Add(new() { Value = RsaKey });
        await key.ExecuteNonQueryAsync();
        await ScalarAsync(database, $"update webhooks set secret = '{WebhookSecret}', sealed_secret = null");
        return webhook;
    }

    static async Task EnsureNowhereInTheClearAsync(TestDatabase database, params byte[][] secrets)
    {
        foreach (var table in (string[])["domain_keys", "webhooks", "domains"])
        {
            var rows = (string)(await ScalarAsync(database, $"select coalesce(string_agg(t::text, ' '), '') from {table} t"))!;
            foreach (var secret in secrets)
            {
                Assert.That(rows, Does.Not.Contain(Convert.ToHexStringLower(secret)).And.Not.Contain(System.Text.Encoding.Latin1.GetString(secret)), table);
            }
        }
    }

    static async Task<object?> ScalarAsync(TestDatabase database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
