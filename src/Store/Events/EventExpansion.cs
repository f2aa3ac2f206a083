using AgentPost.Mime.Characters;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Text;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentPost.Store.Events;

/// <summary>
/// Turns recorded changes into events: one for each entry, with the data of its message. An event describes an entry as
/// it is now. If the entry has been expunged in the meantime, its tombstone is used.
/// </summary>
static class EventExpansion
{
    const int MostTextChars = 10_000;

    // The header comes from unknown senders, so its values are cut to keep the event small.
    const int MostSubjectChars = 1000;
    const int MostAddresses = 100;
    const int MostAddressChars = 320;

    const string Sql = """
        select n.ordinal, n.uid, e.message_id, e.flags, k.names, m.thread_id, coalesce(m.draft_id, e.message_id), m.draft_id is not null,
            n.is_draft_gone and exists (
                select from (
                    (select message_id from messages where draft_id = coalesce(m.draft_id, m.message_id) offset 0)
                    union all
                    (select message_id from messages where inbox_id = n.inbox_id and message_id = coalesce(m.draft_id, m.message_id) offset 0)) o
                where o.message_id <> m.message_id
                  and ((select true from entries d where d.message_id = o.message_id and d.folder_id = n.folder_id limit 1)
                    or (select true from tombstones d where d.message_id = o.message_id and d.folder_id = n.folder_id
                          and (d.modseq, d.uid) > (e.modseq, n.uid) limit 1))),
            m.preview, m.size, m.received_at, m.internet_message_id,
            case when n.is_new then m.envelope end, case when n.is_new then m.body_structure end, case when n.has_text then m.octets end,
            case when n.is_new then m.part_contents end
        from unnest($1::int[], $2::uuid[], $3::int[], $4::bigint[], $5::boolean[], $6::boolean[], $7::boolean[])
            as n (ordinal, inbox_id, folder_id, uid, is_new, has_text, is_draft_gone)
        cross join lateral (
            select message_id, flags, keyword_ids, modseq from entries e where e.inbox_id = n.inbox_id and e.folder_id = n.folder_id and e.uid = n.uid
            union all
            select message_id, flags, keyword_ids, modseq from tombstones t where t.inbox_id = n.inbox_id and t.folder_id = n.folder_id and t.uid = n.uid
            limit 1) e
        left join lateral (
            select array_agg(lower(name) order by lower(name)) as names from unnest(e.keyword_ids) id cross join lateral (
                select name from keywords where inbox_id = n.inbox_id and keyword_id = id offset 0) keyword) k on true
        left join lateral (select * from messages x where x.inbox_id = n.inbox_id and x.message_id = e.message_id offset 0) m on true
        order by n.ordinal, n.uid
        """;

    /// <summary>
    /// Returns the events of recorded changes, in the order of the changes, then of the UIDs. Positions are not
    /// assigned yet.
    /// </summary>
    public static async Task<IReadOnlyList<MailEvent>> ExpandAsync(
        NpgsqlConnection connection, IReadOnlyList<NotedChange> notes, ILogger logger, CancellationToken cancellation)
    {
        var ofEntries = await ExpandEntriesAsync(connection, notes, logger, cancellation);
        var events = new List<MailEvent>();
        for (var i = 0; i < notes.Count; i++)
        {
            var note = notes[i];
            if (note.Folder is null)
            {
                events.Add(EventOf(note, note.Type, note.Data with { InboxId = note.Inbox?.ToString() }));
            }
            else if (ofEntries.TryGetValue(i, out var told))
            {
                events.AddRange(told);
            }
        }
        return events;
    }

    static async Task<Dictionary<int, List<MailEvent>>> ExpandEntriesAsync(
        NpgsqlConnection connection, IReadOnlyList<NotedChange> notes, ILogger logger, CancellationToken cancellation)
    {
        var items = notes.SelectMany((note, ordinal) => note.Uids.SelectMany(UidsOf).Select(uid => (note, ordinal, uid))).ToList();
        var events = new Dictionary<int, List<MailEvent>>();
        if (items.Count == 0)
        {
            return events;
        }
        await using var command = connection.Command(
            Sql,
            items.Select(item => item.ordinal).ToArray(),
            items.Select(item => item.note.Inbox?.Value ?? Guid.Empty).ToArray(),
            items.Select(item => item.note.Folder?.Value ?? 0).ToArray(),
            items.Select(item => item.uid).ToArray(),
            items.Select(item => IsNew(item.note.Type)).ToArray(),
            items.Select(item => item.note.Type is EventType.MessageReceived or EventType.MessageSent).ToArray(),
            items.Select(item => item.note.Type is EventType.DraftDeleted).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var ordinal = reader.GetInt32(0);
            // A draft is deleted only with its last draft version.
            if (!reader.GetBoolean(8))
            {
                if (!events.TryGetValue(ordinal, out var told))
                {
                    events.Add(ordinal, told = []);
                }
                told.Add(Read(reader, notes[ordinal], logger));
            }
        }
        return events;
    }

    static IEnumerable<long> UidsOf(UidRange range)
    {
        for (long uid = range.First.Value; uid <= range.Last.Value; uid++)
        {
            yield return uid;
        }
    }

    static bool IsNew(string type) =>
        type is EventType.MessageReceived or EventType.MessageSent or EventType.MessageAppended or EventType.DraftCreated or EventType.DraftUpdated;

    static MailEvent Read(NpgsqlDataReader reader, NotedChange note, ILogger logger)
    {
        var type = note.Type == EventType.DraftCreated && reader.GetBoolean(7) ? EventType.DraftUpdated : note.Type;
        var data = note.Data with
        {
            InboxId = note.Inbox?.ToString(),
            MessageId = new MessageId(reader.GetGuid(2)).ToString(),
            ThreadId = reader.IsDBNull(5) ? null : new ThreadId(reader.GetGuid(5)).ToString(),
            DraftId = EventType.Find(type)?.Family == "draft.*" ? new DraftId(reader.GetGuid(6)).ToString() : null,
            Uid = reader.GetInt64(1),
        };
        if (type is EventType.MessageFlags or EventType.MessageReceived)
        {
            data = WithFlags(data, (SystemFlags)reader.GetInt32(3), reader.IsDBNull(4) ? [] : reader.GetFieldValue<string[]>(4));
        }
        return EventOf(note, type, reader.IsDBNull(13) ? data : TryWithContent(data, reader, logger));
    }

    static EventData WithFlags(EventData data, SystemFlags flags, IReadOnlyList<string> labels) => data with
    {
        Seen = flags.HasFlag(SystemFlags.Seen),
        Flagged = flags.HasFlag(SystemFlags.Flagged),
        Answered = flags.HasFlag(SystemFlags.Answered),
        Labels = labels,
    };

    // All later events wait for this one. If a message cannot be read, send its event without the content.
    static EventData TryWithContent(EventData data, NpgsqlDataReader reader, ILogger logger)
    {
        try
        {
            return WithContent(data, reader);
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or NpgsqlException or IOException))
        {
            Log.ContentNotTold(logger, data.MessageId, failure);
            return data;
        }
    }

    static EventData WithContent(EventData data, NpgsqlDataReader reader)
    {
        var envelope = reader.GetFieldValue<byte[]>(13);
        var from = EnvelopeReader.Addresses(envelope, EnvelopeField.From) is [var first, ..] ? first : null;
        return data with
        {
            FromAddress = from is null ? null : WholeCharacters.Cut(AddressOf(from), MostAddressChars),
            FromName = from?.Name is { } name ? WholeCharacters.Cut(name, MostAddressChars) : null,
            ToAddresses = AddressesOf(envelope, EnvelopeField.To),
            CcAddresses = AddressesOf(envelope, EnvelopeField.Cc),
            Subject = WholeCharacters.Cut(EnvelopeReader.Subject(envelope), MostSubjectChars),
            InternetMessageId = reader.IsDBNull(12) ? null : reader.GetString(12),
            Preview = reader.GetString(9),
            ExtractedText = reader.IsDBNull(15) ? null : TextOf(reader.GetFieldValue<byte[]>(15)),
            HasAttachments = BodyParts.Read(reader.GetFieldValue<byte[]>(14)).Any(part => part.IsAttachment)
                || (!reader.IsDBNull(16) && PartContent.Decode(reader.GetString(16)).Any(content => content.Files.Count > 0)),
            Size = reader.GetInt64(10),
            ReceivedAt = reader.GetDateTime(11),
        };
    }

    static List<string> AddressesOf(byte[] envelope, EnvelopeField field) =>
        [.. EnvelopeReader.Addresses(envelope, field).Select(AddressOf).Where(address => address.Length <= MostAddressChars).Take(MostAddresses)];

    static string AddressOf(EnvelopeAddress address) => address.Email;

    /// <summary>Extracts what the author wrote, from the first chunk of the message only.</summary>
    static string TextOf(byte[] octets)
    {
        var reader = new MessageTextReader();
        reader.Write(octets);
        return WholeCharacters.Cut(reader.Complete().ExtractedText, MostTextChars);
    }

    static MailEvent EventOf(NotedChange note, string type, EventData data) =>
        new(EventId.New(), 0, note.Organization, note.Inbox, type, note.OccurredAt, data.ToJson());
}
