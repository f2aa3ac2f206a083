using AgentPost.Store.Data;
using AgentPost.Store.Model;

namespace AgentPost.Store.Reading;

/// <summary>
/// The messages in Drafts, as drafts that keep their identity while clients edit them. A client cannot change a
/// message: it appends the new draft version and deletes the old one, in either order.
/// </summary>
public sealed class Drafts
{
    readonly Database _database;

    internal Drafts(Database database) => _database = database;

    /// <summary>
    /// Lists the drafts of an inbox, oldest draft first. A draft whose old version is not deleted yet is listed once,
    /// with the new version.
    /// </summary>
    public Task<IReadOnlyList<Draft>> ListAsync(InboxId inbox, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Draft>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select distinct on (draft_id) coalesce(draft_id, message_id) as draft_id, message_id, uid
                    from (select inbox_id, message_id, uid from entries
                        where inbox_id = $1 and folder_id = (select folder_id from folders where inbox_id = $1 and name = $2) and uid between $3 and $4 offset 0) e
                    cross join lateral (
                        select draft_id from messages x where x.inbox_id = e.inbox_id and x.message_id = e.message_id offset 0) m
                    order by 1, uid desc
                    """,
                    inbox.Value, FolderName.Drafts.Value, UidFilter.First, UidFilter.Last);
                await using var reader = await command.ExecuteReaderAsync(token);
                var drafts = new List<Draft>();
                while (await reader.ReadAsync(token))
                {
                    drafts.Add(new(new(reader.GetGuid(0)), new(reader.GetGuid(1)), new((uint)reader.GetInt64(2))));
                }
                return drafts;
            },
            cancellation);

    /// <summary>
    /// Finds the entries with versions of a draft, up to a UID, by UID. In addition to the current version, there may
    /// be one that a client has not deleted yet, or one of two that were saved at the same time.
    /// </summary>
    public Task<IReadOnlyList<Uid>> FindTextsAsync(InboxId inbox, DraftId draft, Uid upTo, CancellationToken cancellation) =>
        _database.ReadAsync<IReadOnlyList<Uid>>(
            async (connection, token) =>
            {
                await using var command = connection.Command(
                    """
                    select uid from (select inbox_id, message_id, uid from entries
                        where inbox_id = $1 and folder_id = (select folder_id from folders where inbox_id = $1 and name = $2) and uid between $5 and $4 offset 0) e
                    cross join lateral (
                        select draft_id from messages x where x.inbox_id = e.inbox_id and x.message_id = e.message_id offset 0) m
                    where coalesce(draft_id, message_id) = $3 order by uid
                    """,
                    inbox.Value, FolderName.Drafts.Value, draft.Value, (long)upTo.Value, UidFilter.First);
                await using var reader = await command.ExecuteReaderAsync(token);
                var uids = new List<Uid>();
                while (await reader.ReadAsync(token))
                {
                    uids.Add(new((uint)reader.GetInt64(0)));
                }
                return uids;
            },
            cancellation);
}

/// <param name="Message">The current draft version.</param>
/// <param name="Uid">UID of its entry in Drafts.</param>
public sealed record Draft(DraftId Id, MessageId Message, Uid Uid);
