using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>
/// Writes the FETCH responses of one command: reads messages in batches that grow or shrink with what they hold, and writes each batch while no
/// connection to the database is held.
/// </summary>
/// <param name="newlySeen">What this command has marked as <c>\Seen</c>; null for nothing.</param>
sealed class FetchResponder(SelectedFolder folder, Messages messages, ResponseWriter writer, FetchPlan plan, OwnChange? newlySeen)
{
    const int BatchOctets = 1024 * 1024;
    const int MostRows = 500;
    const int FirstRowsWithOctets = 4;

    readonly FetchOutput _output = new(writer, (message, offset, destination, cancellation) =>
        messages.ReadOctetsAsync(folder.Key.Inbox, message, offset, destination, cancellation));
    readonly FetchedMessage _message = new();
    readonly FetchPlan _planWithFlags = plan.WithFlags(writer.Enabled);

    /// <summary>Whether a message was expunged elsewhere so long ago that it cannot be had any more.</summary>
    public bool LacksAny { get; private set; }

    /// <summary>Whether a message was left out because an encoding in it is not known (RFC 3516 §4.3).</summary>
    public bool LacksDecoder { get; private set; }

    public async ValueTask WriteAsync(MessageSelection selection, CancellationToken cancellation)
    {
        if (plan.Columns is not MessageColumns.None)
        {
            await WriteFromStoreAsync(selection, cancellation);
            return;
        }
        foreach (var message in selection)
        {
            await WriteMessageAsync(message, null, cancellation);
        }
    }

    async ValueTask WriteFromStoreAsync(MessageSelection selection, CancellationToken cancellation)
    {
        var batch = new List<NumberedEntry>();
        var rows = plan.Columns.HasFlag(MessageColumns.Octets) ? FirstRowsWithOctets : MostRows;
        foreach (var message in selection)
        {
            batch.Add(message);
            if (batch.Count == rows)
            {
                rows = RowsFor(await WriteBatchAsync(batch, cancellation) / batch.Count);
                batch.Clear();
            }
        }
        if (batch.Count > 0)
        {
            await WriteBatchAsync(batch, cancellation);
        }
    }

    static int RowsFor(long octets) => (int)Math.Clamp(BatchOctets / Math.Max(octets, 1), 1, MostRows);

    /// <summary>Returns the octets that the rows took in memory, roughly.</summary>
    async ValueTask<long> WriteBatchAsync(List<NumberedEntry> batch, CancellationToken cancellation)
    {
        var uids = batch.ConvertAll(message => message.Entry.Uid).ToArray();
        using var read = await messages.ReadBatchAsync(folder.Key, uids, plan.Columns, cancellation);
        var (next, octets) = (0, 0L);
        foreach (var message in batch)
        {
            if (next == read.Rows.Count || read.Rows[next].Uid != message.Entry.Uid)
            {
                LacksAny = true;
                continue;
            }
            var row = read.Rows[next++];
            octets += row.Header.Length + row.Envelope.Length + row.BodyStructure.Length + row.Parts.Length + row.Octets.Length;
            await WriteMessageAsync(message, row, cancellation);
        }
        return octets;
    }

    /// <summary>message-data = nz-number SP "FETCH" SP msg-att</summary>
    async ValueTask WriteMessageAsync(NumberedEntry message, MessageRow? row, CancellationToken cancellation)
    {
        var seen = newlySeen?.Covers(message.Entry.Uid) is true ? newlySeen : null;
        var shown = seen is null
            ? message
            : message with { Entry = message.Entry with { Flags = message.Entry.Flags | SystemFlags.Seen, ModSeq = seen.ModSeq } };
        _message.Show(shown, folder.IsRecent(message.Entry.Uid), row);
        var items = (seen is not null ? _planWithFlags : plan).Items;
        foreach (var item in items)
        {
            if (!item.CanDecode(_message))
            {
                LacksDecoder = true;
                return;
            }
        }
        writer.Untagged().Number(message.Number).Raw(" FETCH ("u8);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                writer.Sp();
            }
            await items[i].WriteAsync(_output, _message, cancellation);
        }
        writer.Close().CrLf();
        await writer.FlushIfLargeAsync(cancellation);
    }
}
