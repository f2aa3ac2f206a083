using System.Buffers;
using System.Text;
using AgentPost.Mime;
using Npgsql;

namespace AgentPost.Store;

/// <summary>The loop guard for programs that answer programs (RFC 3834 §2): no automatic message is answered automatically.</summary>
static class AutomaticReplies
{
    static readonly string[] FieldNames = ["Auto-Submitted"];

    public static async Task<SendRefusal?> CheckAsync(NpgsqlConnection connection, Submission submission, CancellationToken cancellation)
    {
        var scan = submission.Message.Scan;
        if (scan.References.Count == 0 || !IsAutomatic(scan.Header.Span))
        {
            return null;
        }
        // Of the ids the last is the one that is answered.
        await using var command = connection.Command(
            "select header from messages where internet_message_id = $2 and uuid_send(inbox_id) = uuid_send($1) limit 1",
            submission.Sender.Id.Value, scan.References[^1]);
        return await command.ExecuteScalarAsync(cancellation) is byte[] header && IsAutomatic(header)
            ? new("an automatic message is not answered automatically (loop guard)", null)
            : null;
    }

    // auto-submitted-field = "Auto-Submitted:" [CFWS] auto-submitted [CFWS] CRLF; anything but "no" is automatic (RFC 3834 §5)
    static bool IsAutomatic(ReadOnlySpan<byte> header)
    {
        var fields = new ArrayBufferWriter<byte>();
        HeaderFields.Filter(header, FieldNames, HeaderFilter.Only, fields);
        var text = Encoding.Latin1.GetString(fields.WrittenSpan);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && !text[(colon + 1)..].TrimStart().StartsWith("no", StringComparison.OrdinalIgnoreCase);
    }
}
