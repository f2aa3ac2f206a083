using AgentPost.Store.Access;
using AgentPost.Store.Addresses;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Mailbox;

/// <summary>The usage of inboxes, and their quotas.</summary>
public sealed class Quotas
{
    readonly Database _database;

    internal Quotas(Database database, InboxCapacity capacity)
    {
        _database = database;
        Capacity = capacity;
    }

    public InboxCapacity Capacity { get; }

    /// <summary>Reads the usage of an inbox. Throws StoreRefusedException: InboxNotFound.</summary>
    public Task<InboxUsage> ReadUsageAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync((connection, token) => ReadUsageAsync(connection, inbox, token), cancellation);

    /// <summary>
    /// True if the inbox has room for this much more now. Call it before receiving a message; the same check under the
    /// lock decides in the end.
    /// </summary>
    public async ValueTask<bool> HasRoomAsync(InboxId inbox, InboxUsage more, CancellationToken cancellation) =>
        Capacity.IsUnlimited || Capacity.HasRoom(await ReadUsageAsync(inbox, cancellation), more);

    /// <summary>
    /// Same as the overload with an inbox id, for the inbox that receives mail for an address. True if no inbox does.
    /// </summary>
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
