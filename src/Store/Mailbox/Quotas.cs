using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Mailbox;

/// <summary>What inboxes hold, and what they may hold.</summary>
public sealed class Quotas
{
    readonly Database _database;

    internal Quotas(Database database, InboxCapacity capacity)
    {
        _database = database;
        Capacity = capacity;
    }

    public InboxCapacity Capacity { get; }

    /// <summary>Refusal: InboxNotFound.</summary>
    public Task<InboxUsage> ReadUsageAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync((connection, token) => ReadUsageAsync(connection, inbox, token), cancellation);

    /// <summary>
    /// Whether there is room for so much more at this moment, asked before a message is received; what counts in the end is the same question under the lock.
    /// </summary>
    public async ValueTask<bool> HasRoomAsync(InboxId inbox, InboxUsage more, CancellationToken cancellation) =>
        Capacity.IsUnlimited || Capacity.HasRoom(await ReadUsageAsync(inbox, cancellation), more);

    /// <summary>The same of the inbox that receives mail for an address; true when none does.</summary>
    public async ValueTask<bool> HasRoomAsync(string address, InboxUsage more, CancellationToken cancellation) =>
        Capacity.IsUnlimited
        || !InboxAddress.TryParse(address, out var parsed, out _)
        || await _database.ReadAsync((connection, token) => InboxTable.FindAsync(connection, parsed, token), cancellation) is not { } inbox
        || await HasRoomAsync(inbox.Id, more, cancellation);

    static async Task<InboxUsage> ReadUsageAsync(NpgsqlConnection connection, InboxId inbox, CancellationToken cancellation)
    {
        await using var command = connection.Command("select message_count, message_octets from inboxes where inbox_id = $1", inbox.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetInt64(0), reader.GetInt64(1)) : throw StoreRefusals.InboxNotFound();
    }
}
