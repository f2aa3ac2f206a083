using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Inbound;

/// <summary>Delivers inbound mail to local inboxes.</summary>
public sealed class Arrivals
{
    const string FirstTime = "$FirstTime";

    readonly Database _database;
    readonly Writer _writer;
    readonly Spool _spool;
    readonly LocalRecipients _local;
    readonly OwnDomains _domains;

    internal Arrivals(Database database, Writer writer, Spool spool, LocalRecipients local, OwnDomains domains)
    {
        _local = local;
        _domains = domains;
        _database = database;
        _writer = writer;
        _spool = spool;
    }

    /// <summary>Returns the kind of a recipient address. A plus tag is ignored.</summary>
    public async Task<RecipientPlace> FindAsync(string address, CancellationToken cancellation)
    {
        var inbox = InboxAddress.TryParse(address, out var parsed, out _) ? parsed.Spellings : [];
        return await _database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select case when exists (select from inboxes where address = any($1)) then 0
                        when exists (select from inboxes where split_part(address, '@', 2) = any($2)) then 1
                        else 2 end
                    """,
                    inbox, AddressSpellings.Of(address[(address.LastIndexOf('@') + 1)..]));
                var place = await command.ExecuteScalarAsync(token) is int number
                    ? (RecipientPlace)number
                    : RecipientPlace.Elsewhere;
                return place == RecipientPlace.Elsewhere && await _domains.ContainsAsync(
                    connection, DomainNames.Of(address), token)
                    ? RecipientPlace.UnknownHere
                    : place;
            },
            cancellation);
    }

    /// <summary>Returns the completed message with another header. The caller disposes it.</summary>
    /// <param name="header">The header with its blank line, if the message has one.</param>
    public async Task<IncomingMessage> WithHeaderAsync(IncomingMessage message, ReadOnlyMemory<byte> header, CancellationToken cancellation)
    {
        var changed = new IncomingMessage(_spool);
        try
        {
            await changed.WriteAsync(header, cancellation);
            await changed.WriteAsync(message, message.Scan.Header.Length, cancellation);
            await changed.CompleteAsync(cancellation);
            return changed;
        }
        catch
        {
            await changed.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// In one transaction, stores the message in INBOX of every recipient, with the keywords given, <c>plus:tag</c> and
    /// <c>$FirstTime</c>. Skips a recipient who got the same message before (<see cref="InboundLedger"/>). Live folders
    /// are refreshed before it returns. Returns the message ids, one for each inbox. Throws StoreRefusedException:
    /// OverQuota; InboxNotFound if an inbox was deleted in the meantime.
    /// </summary>
    public async Task<IReadOnlyList<MessageId>> DeliverAsync(Arrival arrival, CancellationToken cancellation)
    {
        var here = await _local.FindInboxesAsync(arrival.Recipients, cancellation);
        if (arrival.Recipients.FirstOrDefault(recipient => !here.ContainsKey(recipient)) is { } gone)
        {
            throw new StoreRefusedException(Refusal.InboxNotFound, $"There is no inbox {gone}.");
        }
        var ledger = await InboundLedger.OfAsync(arrival.Received, here.Keys, cancellation);
        var known = new Dictionary<string, MessageId>();
        while (known.Count < here.Count)
        {
            try
            {
                var missing = here.Where(recipient => !known.ContainsKey(recipient.Key)).ToList();
                return [.. known.Values.Union(await DeliverAsync(arrival, missing, ledger, cancellation))];
            }
            catch (PostgresException repeated) when (InboundLedger.IsRepeated(repeated))
            {
                known = await FindKnownAsync(here, ledger, cancellation);
            }
        }
        // The commit of the first delivery may not have been confirmed.
        await _database.ConfirmAsync(cancellation);
        return [.. known.Values.Distinct()];
    }

    Task<IReadOnlyList<MessageId>> DeliverAsync(
        Arrival arrival, List<KeyValuePair<string, LocalRecipient>> recipients, InboundLedger ledger,
        CancellationToken cancellation) =>
        _writer.RunAsync<IReadOnlyList<MessageId>>(
            recipients[0].Value.Inbox,
            async (transaction, token) =>
            {
                await using var insertion = new MessageInsertion(transaction);
                var filings = new List<(InboxId Inbox, Filing Filing)>();
                foreach (var group in recipients.GroupBy(to => to.Value.Inbox))
                {
                    var message = await insertion.AddAsync(group.Key, arrival.Message, token);
                    var keywords = group.Aggregate(arrival.Keywords, (all, to) => all.Union(to.Value.Keywords));
                    filings.Add((group.Key, new(message, SystemFlags.None, keywords, arrival.Message.Octets, null)));
                    foreach (var (recipient, _) in group)
                    {
                        ledger.Note(transaction, group.Key, recipient, message);
                    }
                }
                await insertion.FlushAsync(token);
                var inboxes = await transaction.LockInboxesAsync(filings.Select(filing => filing.Inbox), token);
                foreach (var (inbox, filing) in filings)
                {
                    await FileAsync(transaction, inboxes[inbox], filing, arrival.Author, token);
                }
                await transaction.CommitAsync();
                return [.. filings.Select(filing => filing.Filing.Message)];
            },
            cancellation);

    Task<Dictionary<string, MessageId>> FindKnownAsync(
        IReadOnlyDictionary<string, LocalRecipient> recipients, InboundLedger ledger, CancellationToken cancellation) =>
        _database.ReadAsync(
            async (connection, token) =>
            {
                var known = new Dictionary<string, MessageId>();
                foreach (var (recipient, local) in recipients)
                {
                    if (await ledger.FindAsync(connection, local.Inbox, recipient, token) is { } message)
                    {
                        known.Add(recipient, message);
                    }
                }
                return known;
            },
            cancellation);

    /// <summary>Stores an inbound message in INBOX.</summary>
    internal static async Task FileAsync(WriteTransaction transaction, InboxLock inbox, Filing filing, string? author, CancellationToken cancellation)
    {
        var marked = await KnownSenders.IsFirstAsync(transaction, inbox.Inbox, author, cancellation)
            ? filing with { Keywords = filing.Keywords.Union(KeywordSet.Of(FirstTime)) }
            : filing;
        var folder = await transaction.OpenFixedFolderAsync(inbox, FolderName.Inbox, cancellation);
        var uids = await folder.FileAsync(transaction, [await marked.FittedAsync(transaction, folder, cancellation)], cancellation);
        transaction.Notes.Tell(EventType.MessageReceived, folder, uids);
    }
}

/// <summary>An inbound message for local inboxes.</summary>
/// <param name="Recipients">Addresses without brackets. Two may belong to one inbox, which then gets one copy.</param>
/// <param name="Message">Completed, as recipients will see it.</param>
/// <param name="Author">The From address. Null: the message has none.</param>
public sealed record Arrival(
    IReadOnlyList<string> Recipients, IncomingMessage Message, KeywordSet Keywords, string? Author)
{
    /// <summary>
    /// Identifies the message if the remote server sends it a second time. Null: it cannot be identified.
    /// </summary>
    public ReceivedMessage? Received { get; init; }
}

/// <summary>The kind of a recipient address.</summary>
public enum RecipientPlace
{
    /// <summary>A local inbox, or a plus address of one.</summary>
    Inbox,

    /// <summary>The domain is local, but the inbox does not exist.</summary>
    UnknownHere,

    /// <summary>The domain is remote.</summary>
    Elsewhere,
}
