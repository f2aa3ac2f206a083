using System.Globalization;

namespace AgentPost.Store.Data;

/// <summary>
/// Leases on the rows of one table, with due times of the database's clock. Uses the columns <c>lease_id</c> and
/// <c>leased_until</c>, and a partial index on <c>lease_id</c>. An instance that works on a row holds its lease and
/// renews it. If a lease is not renewed, it expires and any instance can acquire the row. One lease can cover several
/// rows.
/// </summary>
public sealed class RowLeases
{
    /// <summary>SQL assignments that end a lease.</summary>
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
    /// Duration of a lease unless it is renewed. If an instance dies, its rows are blocked for at most this long.
    /// </summary>
    public TimeSpan Length { get; }

    /// <summary>Builds the SQL condition that no lease on the row is active.</summary>
    /// <param name="row">Alias of the table with a dot, or empty.</param>
    internal static string IsFree(string row = "") => $"({row}leased_until is null or {row}leased_until < now())";

    /// <summary>Builds the SQL assignments that acquire the row.</summary>
    /// <param name="lease">Expression with the id of the lease, such as <c>$1</c>.</param>
    internal string Acquire(string lease) => $"lease_id = {lease}, {Renew}";

    /// <summary>SQL assignment that renews a lease.</summary>
    internal string Renew => $"leased_until = now() + {_interval}";

    /// <summary>Renews leases for their whole duration from now on. Returns those that are still held.</summary>
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

    /// <summary>Releases the rows of a lease immediately. Has no effect if the lease is lost.</summary>
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
