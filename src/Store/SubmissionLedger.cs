using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AgentPost.Mime;
using Npgsql;

namespace AgentPost.Store;

/// <summary>
/// What an inbox has sent in the last day. A client whose answer got lost sends its message again: it is the same when its idempotency key is, or its Message-ID with
/// content and recipients (a client that writes to each recipient apart uses one Message-ID for all). Used once, under the lock of the inbox.
/// </summary>
sealed class SubmissionLedger(WriteTransaction transaction, Submission submission, SentCopy sent)
{
    readonly byte[] _hash = SHA256.HashData(
        [.. sent.ContentSha256, .. Encoding.UTF8.GetBytes(string.Join('\n', submission.Recipients.Order(StringComparer.Ordinal)))]);

    readonly string? _key = KeyOf(submission.Message.Scan.Header.Span);

    /// <summary>What Sent showed for the message when it was first accepted; null: it is new. Refusal: IdempotencyKeyReused.</summary>
    public async Task<MessageId?> FindAsync(CancellationToken cancellation)
    {
        await using var command = transaction.Connection.Command(
            """
            select message_id, (idempotency_key = $3 and request_sha256 <> $6::bytea) is true from submissions
            where inbox_id = $1 and submitted_at > $2 and (idempotency_key = $3 or internet_message_id = $4 and content_sha256 = $5)
            order by submitted_at limit 1
            """,
            submission.Sender.Id.Value, transaction.Now - SendPolicy.Day, _key ?? "", sent.InternetMessageId ?? "", _hash, submission.RequestSha256);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Reads the id of a message that was sent before, and whether it was for another request.</summary>
    public static async Task<MessageId?> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        return reader.GetBoolean(1) ? throw StoreRefusals.IdempotencyKeyReused() : new(reader.GetGuid(0));
    }

    public void Note(MessageId submitted, MessageId shown)
    {
        var inbox = submission.Sender.Id.Value;
        transaction.AtCommit(
            """
            insert into submissions (
                inbox_id, message_id, organization_id, thread_id, is_reply, submitted_at, internet_message_id, content_sha256, idempotency_key, request_sha256)
            select $1, $3, i.organization_id, m.thread_id, $4, $5, $6, $7, $8, $9::bytea
            from inboxes i join messages m using (inbox_id) where i.inbox_id = $1 and m.message_id = any($2)
            limit 1
            """,
            inbox,
            new[] { submitted.Value, shown.Value },
            shown.Value,
            submission.Message.Scan.References.Count > 0,
            transaction.Now,
            sent.InternetMessageId,
            _hash,
            _key,
            submission.RequestSha256);
        transaction.AtCommit(
            """
            insert into known_recipients as known (inbox_id, address, first_at, last_at) select $1, a, $3, $3 from unnest($2::text[]) a
            on conflict (inbox_id, address) do update set last_at = $3 where known.last_at < $3 - interval '7 days'
            """,
            inbox, SendPolicy.AddressesOf(submission.Recipients), transaction.Now);
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
