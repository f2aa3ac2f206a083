using System.Buffers;
using AgentPost.Mime.Composing;
using AgentPost.Mime.Headers;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Reading;
using AgentPost.Store.Spooling;
using Npgsql;

namespace AgentPost.Store.Outbound;

/// <summary>
/// The outbound form of a message: the submitted bytes without the fields that recipients do not get (<c>Bcc</c>, and
/// those meant only for this server), with the trace prepended. Mail sent through a remote account comes from the
/// address of that account.
/// </summary>
public sealed class DepartingMessage
{
    // Read with the first query, so that a small message needs no other.
    const int FirstOctets = 64 * 1024;

    readonly Func<long, Memory<byte>, CancellationToken, ValueTask<int>> _read;
    readonly ReadOnlyMemory<byte> _trace;
    readonly ReadOnlyMemory<byte> _body;
    readonly long _bodyOffset;

    DepartingMessage(Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, QueuedMessage taken, Stored stored)
    {
        _read = read;
        _trace = taken.Trace;
        _bodyOffset = stored.Header.Length;
        _body = stored.First.Length > stored.Header.Length ? stored.First.AsMemory(stored.Header.Length) : default;
        Header = Departing(stored);
        Octets = _trace.Length + Header.Length + stored.Octets - stored.Header.Length;
        ReversePath = stored.Author is { } author && taken.ReversePath.Length > 0 ? author.AddrSpec : taken.ReversePath;
    }

    /// <summary>Address of the envelope sender without brackets; empty for the null sender.</summary>
    public string ReversePath { get; }

    /// <summary>The header as it is sent, without the trace but with its blank line.</summary>
    public ReadOnlyMemory<byte> Header { get; }

    /// <summary>Size of the whole message in bytes, including the trace.</summary>
    public long Octets { get; }

    /// <summary>
    /// Opens the whole message after some prepended bytes. The caller disposes the stream, which holds no database
    /// connection between reads.
    /// </summary>
    public Stream Open(ReadOnlyMemory<byte> top) => new StoredOctetStream(_read, [top, _trace, Header, _body], _bodyOffset + _body.Length);

    /// <summary>Opens the body alone. The caller disposes the stream.</summary>
    public Stream OpenBody() => new StoredOctetStream(_read, [_body], _bodyOffset + _body.Length);

    internal static Task<DepartingMessage?> OpenAsync(Database database, QueuedMessage taken, CancellationToken cancellation) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select header, substring(octets from 1 for $3), size, address, from_address, from_name
                    from messages m join inboxes using (inbox_id) left join surfaces s on s.inbox_id = m.inbox_id and s.is_active and $4
                    where m.inbox_id = $1 and message_id = $2
                    """,
                    taken.Inbox.Value, taken.Message.Value, FirstOctets, taken.GoesOwnWay);
                await using var reader = await command.ExecuteReaderAsync(token);
                var messages = new Messages(database);
                return await reader.ReadAsync(token)
                    ? new DepartingMessage(
                        (offset, destination, stop) => messages.ReadOctetsAsync(taken.Inbox, taken.Message, offset, destination, stop), taken, Read(reader))
                    : null;
            },
            cancellation);

    static Stored Read(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<byte[]>(0),
        reader.GetFieldValue<byte[]>(1),
        reader.GetInt64(2),
        InboxAddress.FromStore(reader.GetString(3)),
        reader.IsDBNull(4) ? null : new(reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5)));

    static ReadOnlyMemory<byte> Departing(Stored stored)
    {
        ReadOnlyMemory<byte> header = stored.Header;
        if (BlindCopies.IsIn(stored.Header))
        {
            var departing = new ArrayBufferWriter<byte>();
            HeaderFields.Filter(stored.Header, BlindCopies.FieldNames, HeaderFilter.AllBut, departing);
            header = departing.WrittenMemory;
        }
        return stored.Author is { } author
            ? AuthorFields.Replace(header.Span, author, stored.Inbox.Covers)
            : header;
    }

    /// <param name="First">The first bytes of the message.</param>
    /// <param name="Octets">Size of the whole message in bytes.</param>
    /// <param name="Author">The From address that replaces the inbox's. Null: the inbox's address stays.</param>
    sealed record Stored(byte[] Header, byte[] First, long Octets, InboxAddress Inbox, MailboxAddress? Author);
}
