using AgentPost.Store.Data;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Schema;

/// <summary>
/// Encrypts the secrets that earlier versions stored unencrypted. Several instances can run it at the same time.
/// </summary>
sealed class SecretMigration(Database database, SecretBox secrets, ILogger logger)
{
    /// <summary>
    /// Encrypts all unencrypted secrets. Does nothing if this process has no secrets key and must not create one.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!secrets.HasKey())
        {
            return;
        }
        var encrypted = await database.TransactAsync(
            async (connection, token) =>
            {
                var count = await SealDomainKeysAsync(connection, token) + await SealWebhookSecretsAsync(connection, token);
                return count;
            },
            cancellation);
        if (encrypted > 0)
        {
            Log.SecretsEncrypted(logger, encrypted);
        }
    }

    // The lock makes a second process wait. It then finds nothing left to encrypt.
    async Task<int> SealDomainKeysAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = (await connection.QueryAsync<(string Name, string Selector, byte[] Key)>(new(
            "select name, selector, plain_key from domain_keys where plain_key is not null for update",
            cancellationToken: cancellation))).AsList();
        foreach (var (name, selector, key) in rows)
        {
            await connection.ExecuteAsync(new(
                "update domain_keys set sealed_key = @Sealed, plain_key = null where name = @name and selector = @selector",
                new { name, selector, Sealed = secrets.Seal(key, SecretPlace.OfDomainKey(name, selector)) },
                cancellationToken: cancellation));
        }
        return rows.Count;
    }

    async Task<int> SealWebhookSecretsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = (await connection.QueryAsync<(Guid Webhook, string Secret)>(new(
            "select webhook_id, secret from webhooks where secret is not null for update",
            cancellationToken: cancellation))).AsList();
        foreach (var (webhook, secret) in rows)
        {
            await connection.ExecuteAsync(new(
                "update webhooks set sealed_secret = @Sealed, secret = null where webhook_id = @webhook",
                new { webhook, Sealed = secrets.Seal(secret, SecretPlace.OfWebhook(new(webhook))) },
                cancellationToken: cancellation));
        }
        return rows.Count;
    }
}
