using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// Writes the FETCH responses of one command. Reads messages in batches, sized by the content of the previous batch,
/// and reads the next batch while it writes one. At most two batches are in memory. A database connection is held only
/// until a batch is read, however slowly the client reads.
/// </summary>
/// <param name="newlySeen">The <c>\Seen</c> change of this command; null if there is none.</param>
sealed class FetchResponder(SelectedFolder folder, Messages messages, ResponseWriter writer, FetchPlan plan, OwnChange? newlySeen)
{
    const int BatchOctets = 1024 * 1024;
    const int MostRows = 500;
    const int FirstRowsWithOctets = 4;

    readonly FetchOutput _output = new(writer, (message, offset, destination, cancellation) =>
        messages.ReadOctetsAsync(folder.Key.Inbox, message, offset, destination, cancellation));
    readonly FetchedMessage _message = new();
    readonly FetchPlan _planWithFlags = plan.WithFlags(writer.Enabled);

    /// <summary>True if another session expunged a message so long ago that it can no longer be read.</summary>
    public bool LacksAny { get; private set; }

    /// <summary>True if a message was omitted because it has an unknown encoding (RFC 3516 §4.3).</summary>
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

    /// <summary>
    /// Reads the next messages while it writes the current ones, so that the database and the client do not wait for
    /// each other.
    /// </summary>
    async ValueTask WriteFromStoreAsync(MessageSelection selection, CancellationToken cancellation)
    {
        var remaining = selection.GetEnumerator();
        var rows = plan.Columns.HasFlag(MessageColumns.Octets) ? FirstRowsWithOctets : MostRows;
        var reading = ReadAsync(Take(ref remaining, rows), cancellation);
        while (reading is not null)
        {
            using var read = await reading;
            reading = ReadAsync(Take(ref remaining, RowsFor(read)), cancellation);
            try
            {
                await WriteAsync(read, cancellation);
            }
            catch
            {
                await DiscardAsync(reading);
                throw;
            }
        }
    }

    static List<NumberedEntry> Take(ref MessageSelection.Enumerator remaining, int count)
    {
        var taken = new List<NumberedEntry>();
        while (taken.Count < count && remaining.MoveNext())
        {
            taken.Add(remaining.Current);
        }
        return taken;
    }

    /// <summary>Returns null if there is nothing to read.</summary>
    Task<ReadMessages>? ReadAsync(List<NumberedEntry> wanted, CancellationToken cancellation)
    {
        return wanted.Count == 0 ? null : ReadAsync();

        async Task<ReadMessages> ReadAsync()
        {
            var uids = wanted.ConvertAll(message => message.Entry.Uid).ToArray();
            return new(wanted, await messages.ReadBatchAsync(folder.Key, uids, plan.Columns, cancellation));
        }
    }

    static async ValueTask DiscardAsync(Task<ReadMessages>? reading)
    {
        if (reading is not null)
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (reading.IsCompletedSuccessfully)
            {
                (await reading).Dispose();
            }
        }
    }

    static int RowsFor(ReadMessages read) => (int)Math.Clamp(BatchOctets / Math.Max(read.Octets / read.Wanted.Count, 1), 1, MostRows);

    async ValueTask WriteAsync(ReadMessages read, CancellationToken cancellation)
    {
        var (rows, next) = (read.Batch.Rows, 0);
        foreach (var message in read.Wanted)
        {
            if (next == rows.Count || rows[next].Uid != message.Entry.Uid)
            {
                LacksAny = true;
                continue;
            }
            await WriteMessageAsync(message, rows[next++], cancellation);
        }
    }

    /// <summary>message-data = nz-number SP "FETCH" SP msg-att</summary>
    async ValueTask WriteMessageAsync(NumberedEntry message, MessageRow? row, CancellationToken cancellation)
    {
        var seen = AsSeen(message);
        _message.Show(seen ?? message, folder.Recent.Contains(message.Entry.Uid), row);
        var items = (seen is not null ? _planWithFlags : plan).Items;
        foreach (var item in items)
        {
            if (!item.CanDecode(_message))
            {
                LacksDecoder = true;
                return;
            }
        }
        writer.BeginFetch(message.Number, message.Entry.Uid);
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

    /// <summary>
    /// Returns the message with the <c>\Seen</c> that this FETCH has set, or null. Also null if another session has
    /// changed the message too: the next sync point then reports everything, so that a mod-sequence is never sent with
    /// flags that the message did not have then.
    /// </summary>
    NumberedEntry? AsSeen(NumberedEntry message)
    {
        if (newlySeen?.Covers(message.Entry.Uid) is not true || folder.FindNewest(message.Entry.Uid) is not { } newest)
        {
            return null;
        }
        var isAsExpected = newest.Flags == (message.Entry.Flags | SystemFlags.Seen) && newest.Keywords.Equals(message.Entry.Keywords);
        return isAsExpected ? message with { Entry = newest } : null;
    }

    /// <summary>The messages of a batch, and the rows that were found.</summary>
    sealed record ReadMessages(List<NumberedEntry> Wanted, MessageBatch Batch) : IDisposable
    {
        /// <summary>Approximate size of the rows in memory, in bytes.</summary>
        public long Octets => Batch.Rows.Sum(row => (long)row.Header.Length + row.Envelope.Length + row.BodyStructure.Length + row.Parts.Length + row.Octets.Length);

        public void Dispose() => Batch.Dispose();
    }
}
