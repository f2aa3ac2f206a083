using System.Buffers;
using System.Security.Cryptography;
using AgentPost.Store.Data;

namespace AgentPost.Store.Spooling;

/// <summary>By what two messages of the same octets are known: the SHA-256 of every chunk, one after the other, as the database makes it from the rows it has.</summary>
static class ContentDigest
{
    /// <summary>The same of a row <c>m</c> of messages.</summary>
    public const string Sql = """
        sha256(m.octets) || coalesce(
            (select string_agg(sha256(c.octets), ''::bytea order by c.chunk) from message_chunks c
             where c.inbox_id = m.inbox_id and c.message_id = m.message_id), ''::bytea)
        """;

    /// <summary>Of a completed message, in hexadecimal.</summary>
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
