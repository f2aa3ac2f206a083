using System.Text;
using AgentPost.Store.Access;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Outbound;

/// <summary>Records the results of delivery attempts, and delivers queued mail to local inboxes.</summary>
public sealed class Deliveries
{
    readonly Database _database;
    readonly Writer _writer;
    readonly Spool _spool;
    readonly LocalRecipients _local;

    internal Deliveries(Database database, Writer writer, Spool spool, LocalRecipients local)
    {
        _local = local;
        _database = database;
        _writer = writer;
        _spool = spool;
    }

    /// <summary>Starts a DSN to the sender. The caller writes, completes and disposes it.</summary>
    public IncomingMessage BeginReport() => new(_spool);

    /// <summary>
    /// Opens the outbound content of an acquired message. Returns null if the message was deleted with its inbox.
    /// </summary>
    public Task<DepartingMessage?> OpenAsync(QueuedMessage taken, CancellationToken cancellation) => DepartingMessage.OpenAsync(_database, taken, cancellation);

    /// <summary>Finds the local inboxes among the recipients, keyed by the address as the recipient has it.</summary>
    public Task<IReadOnlyDictionary<string,
    LocalRecipient>> FindInboxesAsync(QueuedMessage taken, CancellationToken cancellation) =>
        _local.FindInboxesAsync([.. taken.Recipients.Select(recipient => recipient.Address)], cancellation);

    /// <summary>
    /// Ends the lease and writes all results in one transaction. Delivered and permanently failed recipients leave the
    /// queue; the others wait for their next attempt. The message in Sent shows its state. A DSN is stored in the
    /// sender's INBOX, unless the inbox is full. After the last recipient, the message is deleted if it is orphaned.
    /// Recipients that were settled elsewhere in the meantime are skipped.
    /// </summary>
    /// <param name="report">Completed; the caller disposes it.</param>
    /// <param name="here">Local inboxes that get the message in the same transaction.</param>
    public async Task SettleAsync(
        QueuedMessage taken,
        IReadOnlyList<DeliveryAttempt> attempts,
        IncomingMessage? report,
        IReadOnlyDictionary<string, LocalRecipient> here,
        CancellationToken cancellation)
    {
        await using var copy = here.Count > 0 ? await CopyAsync(taken, cancellation) : null;
        try
        {
            await SettleAsync(new Settlement(taken, attempts, report, here, copy), cancellation);
        }
        catch (StoreRefusedException refused) when (refused.Refusal == Refusal.OverQuota && report is not null && here.Count == 0)
        {
            await SettleAsync(new Settlement(taken, attempts, null, here, copy), cancellation);
        }
        catch (StoreRefusedException refused) when (refused.Refusal == Refusal.InboxNotFound && here.Count == 0)
        {
            // The sender's inbox was deleted with all its mail.
        }
    }

    Task<bool> SettleAsync(Settlement settlement, CancellationToken cancellation) =>
        _writer.RunAsync(
            settlement.Inbox,
            async (transaction, token) =>
            {
                await settlement.RunAsync(transaction, token);
                return true;
            },
            cancellation);

    /// <summary>
    /// Builds the copy for a local inbox, with the Return-Path and trace fields prepended (RFC 5321 §4.4).
    /// </summary>
    async Task<IncomingMessage?> CopyAsync(QueuedMessage taken, CancellationToken cancellation)
    {
        if (await OpenAsync(taken, cancellation) is not { } departing)
        {
            return null;
        }
        var copy = new IncomingMessage(_spool);
        try
        {
            await using var content = departing.Open(Encoding.UTF8.GetBytes($"Return-Path: <{taken.ReversePath}>\r\n"));
            var buffer = new byte[MessageChunks.Octets];
            while (await content.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                await copy.WriteAsync((ReadOnlyMemory<byte>)buffer.AsMemory(0, read), cancellation);
            }
            await copy.CompleteAsync(cancellation);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }
}
