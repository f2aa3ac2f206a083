using AgentPost.Mime.Headers;
using AgentPost.Store.Data;
using Npgsql;

namespace AgentPost.Store.Sending;

/// <summary>
/// The loop guard for programs that reply to each other (RFC 3834 §2): rejects an automatic reply to an automatic
/// message.
/// </summary>
static class AutomaticReplies
{
    public static async Task<SendRefusal?> CheckAsync(NpgsqlConnection connection, Submission submission, CancellationToken cancellation)
    {
        var scan = submission.Message.Scan;
        if (scan.References.Count == 0 || !AutomaticMail.IsAutomaticReply(scan.Header.Span))
        {
            return null;
        }
        // The last of the references is the message that is replied to.
        await using var command = connection.Command(
            "select header from messages where internet_message_id = $2 and uuid_send(inbox_id) = uuid_send($1) limit 1",
            submission.Sender.Id.Value, scan.References[^1]);
        return await command.ExecuteScalarAsync(cancellation) is byte[] header && AutomaticMail.IsAutomatic(header)
            ? new("an automatic message is not answered automatically (loop guard)", null)
            : null;
    }
}
