using System.Buffers;
using AgentPost.Mime;

namespace AgentPost.Store;

/// <summary>
/// What leaves of a message: the octets as submitted, but for the fields that recipients do not get (<c>Bcc</c> and what was said to this server alone), with the
/// trace on top.
/// </summary>
public sealed class DepartingMessage
{
    // What the first read brings along, so that a small message needs no other.
    const int FirstOctets = 64 * 1024;

    readonly Func<long, Memory<byte>, CancellationToken, ValueTask<int>> _read;
    readonly ReadOnlyMemory<byte> _trace;
    readonly ReadOnlyMemory<byte> _body;
    readonly long _bodyOffset;

    DepartingMessage(
        Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, ReadOnlyMemory<byte> trace, byte[] header, byte[] first, long size)
    {
        _read = read;
        _trace = trace;
        _bodyOffset = header.Length;
        _body = first.Length > header.Length ? first.AsMemory(header.Length) : default;
        Header = Departing(header);
        Octets = trace.Length + Header.Length + size - header.Length;
    }

    /// <summary>As it leaves, without the trace; its blank line included.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>Of the whole, the trace included.</summary>
    public long Octets { get; }

    /// <summary>The whole message below some octets; the caller disposes the stream. It holds no connection while it is not read.</summary>
    public Stream Open(ReadOnlyMemory<byte> top) => new StoredOctetStream(_read, [top, _trace, Header, _body], _bodyOffset + _body.Length);

    /// <summary>The body alone; the caller disposes the stream.</summary>
    public Stream OpenBody() => new StoredOctetStream(_read, [_body], _bodyOffset + _body.Length);

    internal static Task<DepartingMessage?> OpenAsync(Database database, QueuedMessage taken, CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    "select header, substring(octets from 1 for $3), size from messages where inbox_id = $1 and message_id = $2",
                    taken.Inbox.Value, taken.Message.Value, FirstOctets);
                await using var reader = await command.ExecuteReaderAsync(token);
                var messages = new Messages(database);
                return await reader.ReadAsync(token)
                    ? new DepartingMessage(
                        (offset, destination, stop) => messages.ReadOctetsAsync(taken.Inbox, taken.Message, offset, destination, stop),
                        taken.Trace,
                        reader.GetFieldValue<byte[]>(0),
                        reader.GetFieldValue<byte[]>(1),
                        reader.GetInt64(2))
                    : null;
            },
            cancellation);

    static ReadOnlyMemory<byte> Departing(byte[] header)
    {
        if (!BlindCopies.IsIn(header))
        {
            return header;
        }
        var departing = new ArrayBufferWriter<byte>();
        HeaderFields.Filter(header, BlindCopies.FieldNames, HeaderFilter.AllBut, departing);
        return departing.WrittenMemory;
    }
}
