using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Mime;
using Dapper;

namespace AgentPost.Store;

/// <summary>Finds keys of this server (<c>ap_sk_…</c>) in a message: what a prompt talks an agent into sending must not be its own secret.</summary>
static partial class LeakedKeys
{
    const string Prefix = "ap_sk_";
    const int BufferOctets = 64 * 1024;

    // A secret that lies across the end of a buffer is found in the next.
    const int Overlap = 256;

    /// <summary>A key that works and whose secret the message holds; null when there is none.</summary>
    public static async Task<KeyId?> FindAsync(Database database, IncomingMessage message, DateTimeOffset now, CancellationToken cancellation)
    {
        var secrets = await CollectAsync(message, cancellation);
        if (secrets.Count == 0)
        {
            return null;
        }
        return await database.ReadAsync(
            async (connection, token) => await connection.ExecuteScalarAsync<Guid?>(new(
                """
                select key_id from keys where secret_sha256 = any(@hashes) and revoked_at is null and (expires_at is null or expires_at > @now) limit 1
                """,
                new { hashes = secrets.Select(KeySecret.Hash).ToArray(), now },
                cancellationToken: token)),
            cancellation) is { } key ? new(key) : null;
    }

    // As the octets are, attachments too, and where the decoded text has one, as a reader would see it.
    static async Task<HashSet<string>> CollectAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var decoded = message.Scan.Folded.Body.Contains(Prefix, StringComparison.Ordinal) ? new MessageTextReader() : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferOctets);
        try
        {
            var kept = 0;
            for (var offset = 0L; await message.ReadAsync(offset, buffer.AsMemory(kept), cancellation) is > 0 and var read; offset += read)
            {
                decoded?.Write(buffer.AsSpan(kept, read));
                var filled = kept + read;
                Collect(Encoding.Latin1.GetString(buffer, 0, filled), found);
                kept = Math.Min(Overlap, filled);
                buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (decoded?.Complete() is { } text)
        {
            Collect(text.Text, found);
            Collect(text.Html ?? "", found);
        }
        return found;
    }

    static void Collect(string text, HashSet<string> found)
    {
        if (text.Contains(Prefix, StringComparison.Ordinal))
        {
            found.UnionWith(Secret().Matches(text).Select(match => match.Value));
        }
    }

    [GeneratedRegex("ap_sk_[0-9A-Za-z]{32,}")]
    private static partial Regex Secret();
}
