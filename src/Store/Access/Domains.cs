using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using Dapper;

namespace AgentPost.Store.Access;

/// <summary>The domains that local inboxes send from, with the DKIM keys of each.</summary>
public sealed class Domains
{
    readonly Database _database;
    readonly OwnDomains _own;
    readonly SecretBox _secrets;

    internal Domains(Database database, OwnDomains own, SecretBox secrets)
    {
        _database = database;
        _own = own;
        _secrets = secrets;
    }

    /// <summary>
    /// Adds a domain if it is new, and those keys whose type the domain lacks. Existing keys are kept.
    /// </summary>
    /// <param name="name">In lower case, as in the DNS.</param>
    /// <param name="keys">With their private keys. A key whose selector is already used is not added.</param>
    public Task AddAsync(string name, IReadOnlyList<DomainKey> keys, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) =>
            {
                await connection.ExecuteAsync(new(
                    "insert into domains (name) values (@name) on conflict do nothing", new { name }, cancellationToken: token));
                foreach (var key in keys)
                {
                    ArgumentNullException.ThrowIfNull(key.PrivateKey);
                    var box = _secrets.Seal(key.PrivateKey, SecretPlace.OfDomainKey(name, key.Selector));
                    await connection.ExecuteAsync(new(
                        """
                        insert into domain_keys (name, selector, key_type, sealed_key) values (@name, @Selector, @Type, @box)
                        on conflict do nothing
                        """,
                        new { name, key.Selector, key.Type, box },
                        cancellationToken: token));
                }
            },
            cancellation);

    public Task<IReadOnlyList<MailDomain>> ListAsync(CancellationToken cancellation) => ReadAsync(null, cancellation);

    /// <summary>Finds a domain. Returns null if it does not exist.</summary>
    public async Task<MailDomain?> FindAsync(string name, CancellationToken cancellation) =>
        await ReadAsync(name, cancellation) is [var found, ..] ? found : null;

    /// <summary>Removes a domain and its keys. Returns false if it does not exist.</summary>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) => await connection.ExecuteAsync(
                new("delete from domains where name = @name", new { name }, cancellationToken: token)) > 0,
            cancellation);

    /// <summary>Finds the domains of inboxes that the server does not own, with the number of inboxes.</summary>
    public Task<IReadOnlyList<(string Name, long Inboxes)>> FindForeignAsync(CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<(string, long)>>(
            async (connection, token) =>
            {
                var used = (await connection.QueryAsync<(string Name, long Inboxes)>(new(
                    "select split_part(address, '@', 2), count(*) from inboxes group by 1 order by 1",
                    cancellationToken: token))).AsList();
                var own = await _own.FilterAsync(
                    connection, [.. used.Select(domain => DomainNames.Normalize(domain.Name))], token);
                return used.FindAll(domain => !own.Contains(DomainNames.Normalize(domain.Name)));
            },
            cancellation);

    // RSA before Ed25519, because a server that checks only one signature can verify RSA.
    Task<IReadOnlyList<MailDomain>> ReadAsync(string? name, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<MailDomain>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<Row>(new(
                    """
                    select d.name as Name, d.created_at as CreatedAt, k.selector as Selector, k.key_type as Type,
                        k.sealed_key as SealedKey, k.plain_key as PlainKey
                    from domains d left join domain_keys k using (name)
                    where @name::text is null or d.name = @name order by d.name, k.key_type desc
                    """,
                    new { name },
                    cancellationToken: token)))
                    .GroupBy(row => (row.Name, row.CreatedAt))
                    .Select(rows => new MailDomain(
                        rows.Key.Name, [.. rows.Where(row => row.Selector is not null).Select(Open)], rows.Key.CreatedAt)),
            ],
            cancellation);

    DomainKey Open(Row row)
    {
        var selector = row.Selector ?? "";
        var key = row.SealedKey is { } box ? _secrets.OpenBytes(box, SecretPlace.OfDomainKey(row.Name, selector)) : row.PlainKey;
        return new(selector, row.Type ?? "", key);
    }

    sealed record Row(string Name, DateTime CreatedAt, string? Selector, string? Type, byte[]? SealedKey, byte[]? PlainKey);
}

/// <param name="Keys">RSA first. Empty if mail of the domain is not signed.</param>
public sealed record MailDomain(string Name, IReadOnlyList<DomainKey> Keys, DateTimeOffset CreatedAt);

/// <summary>A key that signs mail of a domain (DKIM).</summary>
/// <param name="Selector">The DKIM selector, which names the key in the DNS.</param>
/// <param name="Type">The value of the k= tag in its DNS record.</param>
/// <param name="PrivateKey">PKCS #8; secret. Null if it cannot be decrypted, because it was encrypted with another
/// secrets key.</param>
public sealed record DomainKey(string Selector, string Type, byte[]? PrivateKey);
