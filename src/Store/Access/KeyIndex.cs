using System.Buffers.Binary;
using AgentPost.Store.Data;
using AgentPost.Store.Hints;
using AgentPost.Store.Model;
using Dapper;
using Npgsql;

namespace AgentPost.Store.Access;

/// <summary>
/// Looks up keys so that invalid secrets cost little. An index in memory holds the active keys, including those of
/// other instances. A secret in the index is looked up in the database immediately. Any other secret is most likely
/// invalid: only a few are looked up at the same time, so a flood of them cannot use up the database connections. The
/// database decides in either case. The index only decides which lookups have to wait. Thread-safe.
/// </summary>
sealed class KeyIndex : IDisposable
{
    /// <summary>Maximum number of concurrent lookups of secrets that are not in the index.</summary>
    const int MaxUnknown = 2;

    /// <summary>
    /// Maximum number of keys in the index, about 20 MB. If there are more, the newest are loaded first.
    /// </summary>
    const int MaxKeys = 1_000_000;

    // Upper bound of the clock difference between instances. A key id contains its creation time.
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
    /// <param name="keyOf">Returns the key that the query found, or null if there is none.</param>
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

    /// <summary>Adds a key that this instance has created.</summary>
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

    // A revoked or expired key counts as invalid.
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

    // Only a server that checks logins needs the index, so the first login loads it. Until then all secrets are
    // unknown.
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
            // The next login retries.
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
