using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>
/// The changes of a write transaction that become events. One statement writes them with the commit. Nothing is
/// recorded for an inbox without event consumers.
/// </summary>
sealed class EventNotes
{
    // Limits how many events one row expands to.
    const int MostUids = 1000;

    const string InsertSql = """
        insert into event_notes (organization_id, inbox_id, type, occurred_at, folder_id, uids, amount, detail)
        select organization_id, inbox_id, type, $1, nullif(folder_id, 0), nullif(uids, ''), amount, detail
        from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::int[], $8::text[])
            with ordinality as note (organization_id, inbox_id, type, folder_id, uids, amount, detail, ordinal)
        order by ordinal
        """;

    readonly List<Note> _notes = [];

    public bool IsEmpty => _notes.Count == 0;

    /// <summary>Records a change of entries that are in the folder or have just been removed from it.</summary>
    /// <param name="uids">Ascending.</param>
    public void Tell(string type, FolderWrite folder, IReadOnlyList<Uid> uids, FolderName? from = null)
    {
        if (!folder.Inbox.IsFollowed)
        {
            return;
        }
        var detail = new EventData
        {
            Folder = folder.Name.Value,
            FromFolder = from?.Value,
            Permanent = type == EventType.MessageDeleted ? folder.Name == FolderName.Trash : null,
        }.ToJson();
        foreach (var some in uids.Chunk(MostUids))
        {
            _notes.Add(new(folder.Inbox, type, folder.Key.Folder, UidSetText.Format(some), some.Length, detail));
        }
    }

    /// <summary>Records that flags or keywords of the changed entries have changed.</summary>
    public void TellFlags(FolderWrite folder)
    {
        if (folder.Inbox.IsFollowed)
        {
            Tell(EventType.MessageFlags, folder, [.. folder.Changed.Select(entry => entry.Uid)]);
        }
    }

    /// <summary>
    /// Records that entries were removed: a draft was deleted, or another message was moved to Trash if it was its last
    /// entry.
    /// </summary>
    public void TellRemoved(FolderWrite folder, IReadOnlyList<Uid> uids) =>
        Tell(folder.Name == FolderName.Drafts ? EventType.DraftDeleted : EventType.MessageDeleted, folder, uids);

    /// <summary>Records an event whose data is complete.</summary>
    public void Tell(string type, InboxLock inbox, EventData data)
    {
        if (inbox.IsFollowed)
        {
            _notes.Add(new(inbox, type, FolderId.None, "", 1, data.ToJson()));
        }
    }

    public void AddTo(WriteTransaction transaction)
    {
        if (IsEmpty)
        {
            return;
        }
        transaction.AtCommit(
            InsertSql,
            transaction.Now,
            _notes.Select(note => note.Inbox.Organization.Value).ToArray(),
            _notes.Select(note => note.Inbox.Inbox.Value).ToArray(),
            _notes.Select(note => note.Type).ToArray(),
            _notes.Select(note => note.Folder.Value).ToArray(),
            _notes.Select(note => note.Uids).ToArray(),
            _notes.Select(note => note.Amount).ToArray(),
            _notes.Select(note => note.Detail).ToArray());
    }

    readonly record struct Note(InboxLock Inbox, string Type, FolderId Folder, string Uids, int Amount, string Detail);
}
