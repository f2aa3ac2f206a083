using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>A recorded change that has not become events yet: one row of event_notes.</summary>
/// <param name="Folder">Null if the change concerns no entries. It then becomes one event.</param>
/// <param name="Uids">Ascending.</param>
sealed record NotedChange(
    long Number, OrganizationId Organization, InboxId? Inbox, string Type, DateTimeOffset OccurredAt, FolderId? Folder, IReadOnlyList<UidRange> Uids, EventData Data)
{
    // Limits a batch to a few thousand events. The first row is always included.
    const string TakeSql = """
        with first as (
            select note_id, sum(amount) over (order by note_id) - amount as before from event_notes order by note_id limit 1000)
        delete from event_notes n where n.note_id = any(array(select note_id from first where before < 2000))
        returning n.note_id, n.organization_id, n.inbox_id, n.type, n.occurred_at, n.folder_id, n.uids, n.detail
        """;

    /// <summary>Removes the oldest rows from the table and returns them in order.</summary>
    public static async Task<IReadOnlyList<NotedChange>> TakeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Command(TakeSql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var taken = new List<NotedChange>();
        while (await reader.ReadAsync(cancellation))
        {
            taken.Add(new(
                reader.GetInt64(0),
                new(reader.GetGuid(1)),
                reader.IsDBNull(2) ? null : new InboxId(reader.GetGuid(2)),
                reader.GetString(3),
                reader.GetDateTime(4),
                reader.IsDBNull(5) ? null : new FolderId(reader.GetInt32(5)),
                UidSetText.Ranges(reader.IsDBNull(6) ? null : reader.GetString(6)),
                EventData.Parse(reader.GetString(7))));
        }
        taken.Sort((left, right) => left.Number.CompareTo(right.Number));
        return taken;
    }
}
