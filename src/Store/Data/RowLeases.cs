using System.Globalization;

namespace AgentPost.Store.Data;

/// <summary>
/// Leases on the rows of one table, on the database's clock: columns <c>lease_id</c> and <c>leased_until</c>, with a
/// partial index on <c>lease_id</c>. An instance that works on a row holds its lease and renews it; a lease that is not
/// renewed expires, and any instance may acquire the row. One lease can cover several rows.
/// </summary>
public sealed class RowLeases
{
    /// <summary>Assignments that end a lease.</summary>
    internal const string Release = "lease_id = null, leased_until = null";

    readonly Database _database;
    readonly string _interval;

    internal RowLeases(Database database, string table, TimeSpan length)
    {
        _database = database;
        Table = table;
        Length = length;
        _interval = string.Create(CultureInfo.InvariantCulture, $"interval '{length.TotalSeconds} s'");
    }

    public string Table { get; }

    /// <summary>
    /// How long a lease lasts unless it is renewed, and so how long a row waits after an instance died.
    /// </summary>
    public TimeSpan Length { get; }

    /// <summary>The condition that no lease on the row is in force.</summary>
    /// <param name="row">Alias of the table with a dot, or empty.</param>
    internal static string IsFree(string row = "") => $"({row}leased_until is null or {row}leased_until < now())";

    /// <summary>Assignments that acquire the row.</summary>
    /// <param name="lease">Expression with the id of the lease, such as <c>$1</c>.</param>
    internal string Acquire(string lease) => $"lease_id = {lease}, {Renew}";

    /// <summary>Assignment that renews a lease.</summary>
    internal string Renew => $"leased_until = now() + {_interval}";

    /// <summary>Lets leases last their whole length from now on. Returns those that are still held.</summary>
    public Task<IReadOnlySet<Guid>> RenewAsync(IReadOnlyCollection<Guid> leases, CancellationToken cancellation) =>
        _database.WriteAsync<IReadOnlySet<Guid>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"update {Table} set {Renew} where lease_id = any($1) returning lease_id", leases.ToArray());
                await using var reader = await command.ExecuteReaderAsync(token);
                var held = new HashSet<Guid>();
                while (await reader.ReadAsync(token))
                {
                    held.Add(reader.GetGuid(0));
                }
                return held;
            },
            cancellation);

    /// <summary>Frees the rows of a lease immediately. Does nothing if the lease is lost.</summary>
    public Task ReleaseAsync(Guid lease, CancellationToken cancellation) =>
        _database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    $"update {Table} set {Release} where lease_id = $1", lease);
                await command.ExecuteNonQueryAsync(token);
            },
            cancellation);
}
