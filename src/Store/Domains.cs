using Dapper;

namespace AgentPost.Store;

/// <summary>The domains that inboxes here send for, each with the key that signs its mail.</summary>
public sealed class Domains
{
    readonly Database _database;

    internal Domains(Database database) => _database = database;

    /// <summary>Adds a domain with its key. False: it is there already, and keeps the key that it has.</summary>
    /// <param name="name">Lower case, as in the DNS.</param>
    /// <param name="key">RSA, PKCS #8.</param>
    public Task<bool> AddAsync(string name, string selector, byte[] key, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) => await connection.ExecuteAsync(new(
                "insert into domains (name, dkim_selector, dkim_key) values (@name, @selector, @key) on conflict do nothing",
                new { name, selector, key },
                cancellationToken: token)) > 0,
            cancellation);

    public Task<IReadOnlyList<MailDomain>> ListAsync(CancellationToken cancellation) => ReadAsync(null, cancellation);

    /// <summary>Null: there is none of that name.</summary>
    public async Task<MailDomain?> FindAsync(string name, CancellationToken cancellation) =>
        await ReadAsync(name, cancellation) is [var found, ..] ? found : null;

    /// <summary>False: there is none of that name.</summary>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) => await connection.ExecuteAsync(
                new("delete from domains where name = @name", new { name }, cancellationToken: token)) > 0,
            cancellation);

    Task<IReadOnlyList<MailDomain>> ReadAsync(string? name, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<MailDomain>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<(string Name, string Selector, byte[] Key, DateTime CreatedAt)>(new(
                    """
                    select name, dkim_selector, dkim_key, created_at from domains where @name::text is null or name = @name order by name
                    """,
                    new { name },
                    cancellationToken: token))).Select(row => new MailDomain(row.Name, row.Selector, row.Key, row.CreatedAt)),
            ],
            cancellation);
}

/// <param name="DkimKey">RSA, PKCS #8; secret.</param>
public sealed record MailDomain(string Name, string DkimSelector, ReadOnlyMemory<byte> DkimKey, DateTimeOffset CreatedAt);
