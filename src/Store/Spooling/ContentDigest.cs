using System.Buffers;
using System.Security.Cryptography;
using AgentPost.Store.Data;

namespace AgentPost.Store.Spooling;

/// <summary>
/// Identifies messages with the same bytes: the concatenated SHA-256 of every chunk, which the database can compute
/// from its rows.
/// </summary>
static class ContentDigest
{
    /// <summary>The same digest in SQL, of a row <c>m</c> of messages.</summary>
    public const string Sql = """
        sha256(m.octets) || coalesce(
            (select string_agg(sha256(c.octets), ''::bytea order by c.chunk) from message_chunks c
             where c.inbox_id = m.inbox_id and c.message_id = m.message_id), ''::bytea)
        """;

    /// <summary>Computes the digest of a completed message, in hexadecimal.</summary>
    public static async Task<string> OfAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var digest = SHA256.HashData(message.Head.Span).ToList();
        var buffer = ArrayPool<byte>.Shared.Rent(MessageChunks.Octets);
        try
        {
            for (long offset = MessageChunks.Octets; offset < message.Octets; offset += MessageChunks.Octets)
            {
                var filled = await message.FillAsync(offset, buffer.AsMemory(0, MessageChunks.Octets), cancellation);
                digest.AddRange(SHA256.HashData(buffer.AsSpan(0, filled)));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexString([.. digest]);
    }
}
