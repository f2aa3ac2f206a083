using AgentPost.Mime.Structure;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>
/// Sends bytes of a message to the client: those in the row from memory, the rest in chunks. Each chunk is written
/// before the next is read, so that no long message is held in memory and no database connection waits for the client.
/// </summary>
static class MessageOctets
{
    /// <summary>Number of bytes that are read with the row of a message, if requested.</summary>
    public const int InRow = ChunkOctets;

    const int ChunkOctets = 256 * 1024;

    /// <summary>
    /// literal = "{" number64 "}" CRLF *CHAR8. After an exception, the literal is shorter than announced, and the
    /// connection must end.
    /// </summary>
    public static async ValueTask WriteLiteralAsync(FetchOutput output, MessageRow row, OctetRange range, CancellationToken cancellation)
    {
        var writer = output.Writer;
        writer.LiteralHeader(range.Octets);
        var (offset, left) = (range.Offset, range.Octets);
        var inRow = Math.Clamp(row.Octets.Length - offset, 0, left);
        writer.Raw(row.Octets.Span.Slice((int)Math.Min(offset, row.Octets.Length), (int)inRow));
        for (offset += inRow, left -= inRow; left > 0;)
        {
            await writer.FlushAsync(cancellation);
            var room = writer.GetMemory((int)Math.Min(left, ChunkOctets));
            var read = await ReadSomeAsync(output.Octets, row.MessageId, offset, room[..(int)Math.Min(left, room.Length)], cancellation);
            writer.Advance(read);
            offset += read;
            left -= read;
        }
    }

    /// <summary>Reads a range into memory.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(OctetSource source, MessageRow row, OctetRange range, CancellationToken cancellation)
    {
        if (range.Offset + range.Octets <= row.Octets.Length)
        {
            return row.Octets.Slice((int)range.Offset, (int)range.Octets);
        }
        var octets = new byte[range.Octets];
        for (var length = 0; length < octets.Length;)
        {
            length += await ReadSomeAsync(source, row.MessageId, range.Offset + length, octets.AsMemory(length), cancellation);
        }
        return octets;
    }

    static async ValueTask<int> ReadSomeAsync(
        OctetSource source, MessageId message, long offset, Memory<byte> destination, CancellationToken cancellation) =>
        await source(message, offset, destination, cancellation) is var read and > 0
            ? read
            : throw new LiteralCutShortException($"{message} ends at octet {offset}");
}
