using System.Buffers;
using AgentPost.Mime.Structure;
using AgentPost.Store.Access;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using Dapper;

namespace AgentPost.Store.Sending;

/// <summary>
/// Finds active keys of this server (<c>ap_sk_…</c>) in a message, so that a prompt cannot make an agent send its own
/// secret. Searches the raw bytes, and the message as a reader sees it: header fields and bodies decoded at any depth,
/// and in these, <see cref="SecretFinder">other ways to hide text</see>. The database decides which candidates are
/// keys, so text that only looks like a key is never rejected. Linear in the size of the message, bounded memory.
/// </summary>
static class KeyLeakScanner
{
    const int BufferBytes = 64 * 1024;

    /// <summary>Number of candidates that one query looks up.</summary>
    const int BatchSize = 1_000;

    /// <summary>Returns an active key whose secret is in the message, or null if there is none.</summary>
    public static async Task<KeyId?> FindAsync(
        Database database, IncomingMessage message, DateTimeOffset now, CancellationToken cancellation)
    {
        var candidates = new HashSet<string>(StringComparer.Ordinal);
        var raw = new SecretFinder(candidates, maxDepth: 0);
        var decoded = new DecodedContentReader(new SecretFinder(candidates, SecretFinder.MaxDepth));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var offset = 0L;
            while (await message.ReadAsync(offset, buffer, cancellation) is > 0 and var read)
            {
                raw.Write(buffer.AsSpan(0, read));
                decoded.Write(buffer.AsSpan(0, read));
                offset += read;
                if (candidates.Count >= BatchSize
                    && await TakeKeyAsync(database, candidates, now, cancellation) is { } leaked)
                {
                    return leaked;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        raw.End();
        decoded.Complete();
        return await TakeKeyAsync(database, candidates, now, cancellation);
    }

    // Returns the first candidate that is a key, and empties the set.
    static async Task<KeyId?> TakeKeyAsync(
        Database database, HashSet<string> candidates, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var batch in candidates.Chunk(BatchSize))
        {
            var key = await database.ReadAsync(
                async (connection, token) => await connection.ExecuteScalarAsync<Guid?>(new(
                    """
                    select key_id from keys
                    where secret_sha256 = any(@hashes) and revoked_at is null
                        and (expires_at is null or expires_at > @now)
                    limit 1
                    """,
                    new { hashes = batch.Select(KeySecret.Hash).ToArray(), now },
                    cancellationToken: token)),
                cancellation);
            if (key is not null)
            {
                return new(key.Value);
            }
        }
        candidates.Clear();
        return null;
    }
}
