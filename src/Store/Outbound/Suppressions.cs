using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using Dapper;

namespace AgentPost.Store.Outbound;

/// <summary>Addresses elsewhere that mail failed to reach for good, because they do not exist: nobody may write to them any more.</summary>
public sealed class Suppressions
{
    readonly Database _database;

    internal Suppressions(Database database) => _database = database;

    public Task<IReadOnlyList<Suppression>> ListAsync(CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Suppression>>(
            async (connection, token) =>
            [
                .. (await connection.QueryAsync<(string Address, string Reason, DateTime CreatedAt)>(new(
                    "select address, reason, created_at from suppressions order by address", cancellationToken: token)))
                    .Select(row => new Suppression(row.Address, row.Reason, row.CreatedAt)),
            ],
            cancellation);

    /// <summary>False: it was not on the list.</summary>
    public Task<bool> RemoveAsync(string address, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) => await connection.ExecuteAsync(new(
                "delete from suppressions where address = any(@spellings)", new { spellings = AddressSpellings.Of(address) }, cancellationToken: token)) > 0,
            cancellation);
}

/// <param name="Reason">What the other server said.</param>
public sealed record Suppression(string Address, string Reason, DateTimeOffset CreatedAt);
