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
/// What leaves of a message: the octets as submitted, but for the fields that recipients do not get (<c>Bcc</c> and what was said to this server alone), with the
/// trace on top. What leaves by an account elsewhere comes from the address of that account.
/// </summary>
public sealed class DepartingMessage
{
    // What the first read brings along, so that a small message needs no other.
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

    /// <summary>Without brackets; empty for the null path.</summary>
    public string ReversePath { get; }

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

    /// <param name="First">Octets from the first on.</param>
    /// <param name="Octets">Of the whole message.</param>
    /// <param name="Author">Whom it comes from instead of the inbox; null: it comes from the inbox.</param>
    sealed record Stored(byte[] Header, byte[] First, long Octets, InboxAddress Inbox, MailboxAddress? Author);
}
