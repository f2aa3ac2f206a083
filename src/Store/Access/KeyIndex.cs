using System.Buffers.Binary;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>
/// Looks keys up so that wrong ones cost little. An index in memory knows the active keys, here and on other
/// instances: a lookup of one of them goes to the database at once. A secret that the index does not know is most
/// likely wrong; few of those are looked up at the same time, so that no flood of them takes the connections from the
/// others. The database decides in either case: the index only says who has to wait. Thread-safe.
/// </summary>
sealed class KeyIndex : IDisposable
{
    /// <summary>Lookups at once of secrets that the index does not know.</summary>
    const int MaxUnknown = 2;

    /// <summary>Keys that are kept, the newest: 20 MB of them.</summary>
    const int MaxKeys = 1_000_000;

    // The clocks of instances may differ by less than this; key ids hold the time of their creation.
    static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    readonly Database _database;
    readonly TimeProvider _time;
    readonly SemaphoreSlim _unknown = new(MaxUnknown);
    readonly Lock _gate = new();
    readonly HashSet<ulong> _known = [];
    Task? _loading;

    public KeyIndex(Database database, ChangeNotifier notifier, TimeProvider time)
    {
        _database = database;
        _time = time;
        notifier.OnAccountsChanged(RefreshAsync);
    }

    /// <summary>Runs a query for the key of a secret.</summary>
    /// <param name="keyOf">The key that the query found; null if there is none.</param>
    public async Task<T> FindAsync<T>(
        byte[] secretHash,
        Func<NpgsqlConnection, CancellationToken, Task<T>> query,
        Func<T, ApiKey?> keyOf,
        CancellationToken cancellation)
    {
        EnsureLoaded();
        if (IsKnown(secretHash))
        {
            var known = await _database.ReadAsync(query, cancellation);
            Note(secretHash, keyOf(known));
            return known;
        }
        await _unknown.WaitAsync(cancellation);
        try
        {
            var found = await _database.ReadAsync(query, cancellation);
            Note(secretHash, keyOf(found));
            return found;
        }
        finally
        {
            _unknown.Release();
        }
    }

    /// <summary>Learns of a key that this instance has created.</summary>
    public void Add(ReadOnlySpan<byte> secretHash)
    {
        lock (_gate)
        {
            if (_known.Count < MaxKeys)
            {
                _known.Add(Short(secretHash));
            }
        }
    }

    public void Dispose() => _unknown.Dispose();

    // A key that was revoked or has expired is as wrong as any other.
    void Note(ReadOnlySpan<byte> secretHash, ApiKey? key)
    {
        if (key is { RevokedAt: null } && !(key.ExpiresAt <= _time.GetUtcNow()))
        {
            Add(secretHash);
            return;
        }
        lock (_gate)
        {
            _known.Remove(Short(secretHash));
        }
    }

    bool IsKnown(ReadOnlySpan<byte> secretHash)
    {
        lock (_gate)
        {
            return _known.Contains(Short(secretHash));
        }
    }

    // Only a server that checks logins needs the index, so that it is loaded with the first one; until then all
    // secrets are unknown.
    void EnsureLoaded()
    {
        lock (_gate)
        {
            _loading ??= LoadFirstAsync();
        }
    }

    async Task LoadFirstAsync()
    {
        try
        {
            await LoadAsync(Guid.Empty, CancellationToken.None);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or ObjectDisposedException)
        {
            // The next login tries again.
            lock (_gate)
            {
                _loading = null;
            }
        }
    }

    Task RefreshAsync(CancellationToken cancellation) =>
        _loading is null
            ? Task.CompletedTask
            : LoadAsync(Guid.CreateVersion7(_time.GetUtcNow() - Overlap), cancellation);

    async Task LoadAsync(Guid after, CancellationToken cancellation)
    {
        var hashes = await _database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<byte[]>(new(
                """
                select substring(secret_sha256 from 1 for 8) from keys
                where key_id > @after and revoked_at is null and (expires_at is null or expires_at > now())
                order by key_id desc limit @MaxKeys
                """,
                new { after, MaxKeys },
                cancellationToken: token))).AsList(),
            cancellation);
        foreach (var hash in hashes)
        {
            Add(hash);
        }
    }

    static ulong Short(ReadOnlySpan<byte> secretHash) => BinaryPrimitives.ReadUInt64BigEndian(secretHash);
}
