using AgentPost.Store.Addresses;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>
/// The domains that this server owns: those in the settings, and those added with <c>domain add</c>. Inboxes can be
/// created only in these, and every address in them is local.
/// </summary>
sealed class OwnDomains(IEnumerable<string> configured)
{
    readonly string[] _configured = [.. configured.Select(DomainNames.Normalize).Where(name => name.Length > 0).Distinct()];

    /// <param name="domain">As returned by <see cref="DomainNames.Of"/>.</param>
    public async Task<bool> ContainsAsync(NpgsqlConnection connection, string domain, CancellationToken cancellation) =>
        (await FilterAsync(connection, [domain], cancellation)).Count > 0;

    /// <summary>Returns those of the domains that the server owns.</summary>
    public async Task<IReadOnlySet<string>> FilterAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> domains, CancellationToken cancellation)
    {
        var own = domains.Where(_configured.Contains).ToHashSet();
        var others = domains.Where(domain => domain.Length > 0 && !own.Contains(domain)).Distinct().ToArray();
        if (others.Length > 0)
        {
            own.UnionWith(
                await connection.QueryAsync<string>(
                    new(
                        "select name from domains where name = any(@others)", new { others },
                        cancellationToken: cancellation)));
        }
        return own;
    }

    /// <summary>Lists all owned domains, sorted.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
    [
        .. (await connection.QueryAsync<string>(new("select name from domains", cancellationToken: cancellation)))
            .Union(_configured).Order(StringComparer.Ordinal),
    ];
}
