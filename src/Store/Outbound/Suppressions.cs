using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using Dapper;

namespace AgentPost.Store.Outbound;

/// <summary>
/// The suppression list: remote addresses that bounced because they do not exist. Sending to them is rejected.
/// </summary>
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

    /// <summary>Removes an address from the list. Returns false if it was not on the list.</summary>
    public Task<bool> RemoveAsync(string address, CancellationToken cancellation) =>
        _database.TransactAsync(
            async (connection, token) => await connection.ExecuteAsync(new(
                "delete from suppressions where address = any(@spellings)", new { spellings = AddressSpellings.Of(address) }, cancellationToken: token)) > 0,
            cancellation);
}

/// <param name="Reason">The reply of the remote server.</param>
public sealed record Suppression(string Address, string Reason, DateTimeOffset CreatedAt);
