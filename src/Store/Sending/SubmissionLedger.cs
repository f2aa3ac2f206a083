using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Mime.Headers;
using AgentPost.Store.Data;
using AgentPost.Store.Mailbox;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Sending;

/// <summary>
/// The messages that an inbox has sent in the last day. A client that did not receive the reply sends its message
/// again. It is recognized by its idempotency key, or by its Message-ID together with content and recipients (a client
/// that sends to each recipient separately uses one Message-ID for all). One use per instance, under the lock of the
/// inbox.
/// </summary>
sealed class SubmissionLedger(WriteTransaction transaction, Submission submission, SentCopy sent)
{
    readonly byte[] _hash = SHA256.HashData(
        [.. sent.ContentSha256, .. Encoding.UTF8.GetBytes(string.Join('\n', submission.Recipients.Order(StringComparer.Ordinal)))]);

    readonly string? _key = KeyOf(submission.Message.Scan.Header.Span);

    /// <summary>
    /// Returns the message that Sent showed when the message was first accepted, or null if the message is new. Throws
    /// StoreRefusedException: IdempotencyKeyReused.
    /// </summary>
    public async Task<MessageId?> FindAsync(CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            """
            select message_id, (idempotency_key = $3 and request_sha256 <> $6::bytea) is true
            from (
                (select * from submissions where idempotency_key = $3 and uuid_send(inbox_id) = uuid_send($1) offset 0)
                union all
                (select * from submissions where internet_message_id = $4 and uuid_send(inbox_id) = uuid_send($1) and content_sha256 = $5 offset 0)) s
            where submitted_at > $2 order by submitted_at limit 1
            """,
            submission.Sender.Id.Value, transaction.Now - SendPolicy.Day, _key ?? "", sent.InternetMessageId ?? "", _hash, submission.RequestSha256);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>
    /// Reads the id of a message that was sent before. Throws StoreRefusedException: IdempotencyKeyReused if it was
    /// sent with another request.
    /// </summary>
    public static async Task<MessageId?> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        return reader.GetBoolean(1) ? throw StoreRefusals.IdempotencyKeyReused() : new(reader.GetGuid(0));
    }

    /// <summary>Records the submission with the commit.</summary>
    /// <param name="shown">The message that Sent shows for it.</param>
    /// <param name="numbering">Whether the transaction holds the lock of the organization when it commits.</param>
    public void Note(MessageId shown, OrganizationNumbering numbering)
    {
        var inbox = submission.Sender.Id.Value;
        transaction.AtCommit(
            """
            insert into submissions (
                inbox_id, message_id, organization_id, thread_id, submitted_at, internet_message_id, content_sha256, idempotency_key, request_sha256,
                ordinal, reply_ordinal, organization_ordinal)
            select $1, $2, i.organization_id, m.thread_id, $4, $5, $6, $7, $8::bytea,
                1 + coalesce((select s.ordinal from submissions s where s.inbox_id = $1 order by s.ordinal desc limit 1), 0),
                case when $3 then 1 + coalesce((
                    select s.reply_ordinal from submissions s where s.thread_id = m.thread_id and s.reply_ordinal is not null
                    order by s.reply_ordinal desc limit 1), 0) end,
                case when $9 then 1 + coalesce((
                    select s.organization_ordinal from submissions s where s.organization_id = i.organization_id and s.organization_ordinal is not null
                    order by s.organization_ordinal desc limit 1), 0) end
            from inboxes i join messages m on m.inbox_id = i.inbox_id and m.message_id = $2 where i.inbox_id = $1
            """,
            inbox,
            shown.Value,
            submission.Message.Scan.References.Count > 0,
            transaction.Now,
            sent.InternetMessageId,
            _hash,
            _key,
            submission.RequestSha256,
            numbering == OrganizationNumbering.Numbered);
        NoteRecipients(inbox);
    }

    // Only new recipients get an ordinal: counting relies on ordinals without gaps.
    void NoteRecipients(Guid inbox)
    {
        var addresses = SendPolicy.AddressesOf(submission.Recipients);
        transaction.AtCommit(
            """
            insert into known_recipients (inbox_id, address, first_at, last_at, ordinal)
            select $1, a, $3, $3, row_number() over ()
                + coalesce((select k.ordinal from known_recipients k where uuid_send(k.inbox_id) = uuid_send($1) order by k.ordinal desc limit 1), 0)
            from unnest($2::text[]) a where (select true from known_recipients k where k.inbox_id = $1 and k.address = a limit 1) is null
            """,
            inbox, addresses, transaction.Now);
        transaction.AtCommit(
            """
            update known_recipients k set last_at = $3
            where k.ctid = any(array(
                select one.place from unnest($2::text[]) a cross join lateral (
                    select x.ctid as place from known_recipients x where x.inbox_id = $1 and x.address = a and x.last_at < $3 - interval '7 days' offset 0) one))
            """,
            inbox, addresses, transaction.Now);
    }

    static string? KeyOf(ReadOnlySpan<byte> header)
    {
        var field = new ArrayBufferWriter<byte>();
        HeaderFields.Filter(header, [BlindCopies.IdempotencyKey], HeaderFilter.Only, field);
        var text = Encoding.UTF8.GetString(field.WrittenSpan).Replace('\0', '?');
        var value = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return value.Length > 0 ? value : null;
    }
}

/// <summary>Whether a submission gets its ordinal within the organization when it is recorded.</summary>
enum OrganizationNumbering
{
    /// <summary>Later, if a limit is configured.</summary>
    Deferred,

    /// <summary>Immediately: the organization is locked.</summary>
    Numbered,
}
