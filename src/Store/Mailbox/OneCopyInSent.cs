using AgentPost.Store.Data;
using AgentPost.Store.Events;
using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Adds messages to Sent so that a submitted message and the client's own copy of it appear once, in either order. The
/// first copy stays and gets the flags of the second, but a copy with Bcc replaces one without. Runs under the lock, so
/// of two concurrent copies the second finds the first. Copies and moves by a client count as its own copy, see
/// <see cref="CopiesIntoSent"/>. Other folders are not searched. One use per instance.
/// </summary>
sealed class OneCopyInSent(WriteTransaction transaction, FolderWrite sent, SentOrigin origin)
{
    /// <summary>Maximum time between two copies of the same message.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    readonly SortedDictionary<Uid, SentCopy> _merged = [];
    readonly List<Uid> _replaced = [];
    readonly List<Guid> _dropped = [];
    readonly List<(SentCopy Copy, DateTimeOffset? FirstAt)> _new = [];

    /// <summary>
    /// Adds inserted messages in order, and deletes those that get no entry. Returns the message that Sent shows for
    /// each. Throws StoreRefusedException: OverQuota, KeywordLimit.
    /// </summary>
    public async Task<IReadOnlyList<(Uid Uid, MessageId Message)>> FileAsync(IReadOnlyList<SentCopy> copies, CancellationToken cancellation)
    {
        var known = await FindAsync(copies, cancellation);
        var shown = new List<(Uid, MessageId)>(copies.Count);
        foreach (var copy in copies)
        {
            shown.Add(Place(copy, known));
        }
        foreach (var (uid, copy) in _merged)
        {
            var change = new FlagChange(FlagChangeMode.Add, copy.Filing.Flags, copy.Filing.Keywords);
            await FlagChanges.UpdateAsync(transaction, sent, UidFilter.Of([uid]), change, null, cancellation);
        }
        if (_replaced.Count > 0)
        {
            await Removal.RemoveAsync(transaction, sent, [.. _replaced.Order()], cancellation);
            await Removal.LoseAsync(transaction, sent, cancellation);
        }
        if (_new.Count > 0)
        {
            var uids = await sent.FileAsync(transaction, [.. _new.Select(added => added.Copy.Filing)], cancellation);
            NoteNew(uids);
            if (origin == SentOrigin.Client)
            {
                transaction.Notes.Tell(EventType.MessageAppended, sent, uids);
            }
        }
        NoteMerged();
        return shown;
    }

    (Uid Uid, MessageId Message) Place(SentCopy copy, List<FiledCopy> known)
    {
        var at = known.FindIndex(filed => filed.IsNamedAs(copy));
        at = at >= 0 ? at : known.FindIndex(filed => filed.ReadsAs(copy));
        if (at < 0)
        {
            return Add(copy, null);
        }
        var filed = known[at];
        var both = copy with
        {
            Filing = copy.Filing with { Flags = copy.Filing.Flags | filed.Flags, Keywords = copy.Filing.Keywords.Union(filed.Keywords) },
        };
        var isReplaced = copy.HasBcc && !filed.HasBcc;
        var shown = isReplaced ? Replace(filed, both) : Merge(filed, both);
        known[at] = filed with
        {
            Uid = shown.Uid,
            Message = shown.Message,
            Flags = both.Filing.Flags,
            Keywords = both.Filing.Keywords,
            HasBcc = filed.HasBcc || copy.HasBcc,
            CompletedAt = transaction.Now,
        };
        return shown;
    }

    (Uid Uid, MessageId Message) Add(SentCopy copy, DateTimeOffset? firstAt)
    {
        _new.Add((copy, firstAt));
        return (new(sent.UidNext.Value + (uint)_new.Count - 1), copy.Filing.Message);
    }

    (Uid Uid, MessageId Message) Replace(FiledCopy filed, SentCopy copy)
    {
        _merged.Remove(filed.Uid);
        _replaced.Add(filed.Uid);
        transaction.AtCommit(
            "update queue set sent_id = $2 where sent_id = $1", filed.Message.Value, copy.Filing.Message.Value);
        return Add(copy, filed.FirstAt);
    }

    (Uid Uid, MessageId Message) Merge(FiledCopy filed, SentCopy copy)
    {
        if (!copy.IsQueued)
        {
            _dropped.Add(copy.Filing.Message.Value);
        }
        if (filed.Uid < sent.UidNext)
        {
            _merged[filed.Uid] = copy;
        }
        else
        {
            // An earlier message of the same command replaced the one in Sent.
            var added = (int)(filed.Uid.Value - sent.UidNext.Value);
            var first = _new[added].Copy;
            _new[added] = _new[added] with
            {
                Copy = first with { Filing = first.Filing with { Flags = copy.Filing.Flags, Keywords = copy.Filing.Keywords } },
            };
        }
        return (filed.Uid, filed.Message);
    }

    // (submitted, appended): this origin sets its own column to now.
    (DateTimeOffset? Submitted, DateTimeOffset? Appended) Times(DateTimeOffset? firstAt) =>
        origin == SentOrigin.Submission ? (transaction.Now, firstAt) : (firstAt, transaction.Now);

    async Task<List<FiledCopy>> FindAsync(IReadOnlyList<SentCopy> copies, CancellationToken cancellation)
    {
        var (own, other) = origin == SentOrigin.Submission ? ("submitted_at", "appended_at") : ("appended_at", "submitted_at");
        await using var command = transaction.Connection.Command(
            $"""
            select c.uid, e.message_id, e.flags, e.keyword_ids, c.internet_message_id, c.content_sha256, c.dated_at, c.has_bcc, c.{other}, c.{own}
            from (
                select distinct on (uid) * from (
                    select x.* from unnest($4::text[]) id cross join lateral (
                        select * from sent_copies where internet_message_id = id and uuid_send(inbox_id) = uuid_send($1) offset 0) x
                    union all
                    select x.* from unnest($5::bytea[]) content cross join lateral (
                        select * from sent_copies where content_sha256 = content and uuid_send(inbox_id) = uuid_send($1) offset 0) x) alike
                order by uid) c
            cross join lateral (select * from entries x where x.inbox_id = $1 and x.folder_id = $2 and x.uid = c.uid offset 0) e
            where c.{other} > $3
            order by c.uid
            """,
            sent.Key.Inbox.Value,
            sent.Key.Folder.Value,
            transaction.Now - Window,
            copies.Select(copy => copy.InternetMessageId).OfType<string>().ToArray(),
            copies.Select(copy => copy.ContentSha256).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<FiledCopy>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new(
                new((uint)reader.GetInt64(0)),
                new(reader.GetGuid(1)),
                (SystemFlags)reader.GetInt32(2),
                sent.Inbox.Keywords.SetOf(reader.IsDBNull(3) ? null : reader.GetFieldValue<int[]>(3)),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetFieldValue<byte[]>(5),
                reader.GetDateTime(6),
                reader.GetBoolean(7),
                reader.GetDateTime(8),
                reader.IsDBNull(9) ? null : reader.GetDateTime(9)));
        }
        return found;
    }

    void NoteNew(IReadOnlyList<Uid> uids)
    {
        for (var i = 0; i < uids.Count; i++)
        {
            var (copy, firstAt) = _new[i];
            var (submitted, appended) = Times(firstAt);
            transaction.AtCommit(
                """
                insert into sent_copies (inbox_id, uid, internet_message_id, content_sha256, dated_at, has_bcc, submitted_at, appended_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                sent.Key.Inbox.Value, (long)uids[i].Value, copy.InternetMessageId, copy.ContentSha256, copy.DatedAt, copy.HasBcc, submitted, appended);
        }
    }

    void NoteMerged()
    {
        if (_merged.Count > 0)
        {
            var own = origin == SentOrigin.Submission ? "submitted_at" : "appended_at";
            transaction.AtCommit(
                $"""
                update sent_copies c set {own} = $3
                where c.ctid = any(array(
                    select one.place from unnest($2::bigint[]) wanted cross join lateral (
                        select x.ctid as place from sent_copies x where x.inbox_id = $1 and x.uid = wanted offset 0) one))
                """,
                sent.Key.Inbox.Value, _merged.Keys.Select(uid => (long)uid.Value).ToArray(), transaction.Now);
        }
        if (_dropped.Count > 0)
        {
            foreach (var message in _dropped)
            {
                transaction.AtCommit("delete from messages where inbox_id = $1 and message_id = $2", sent.Key.Inbox.Value, message);
            }
        }
    }
}
