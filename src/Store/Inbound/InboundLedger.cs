using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Data;
using AgentPost.Store.Model;
using AgentPost.Store.Spooling;
using AgentPost.Store.Writing;
using Npgsql;

namespace AgentPost.Store.Inbound;

/// <summary>
/// Recognizes mail that was delivered before: the remote server did not receive the reply and sends it again. Each
/// recipient is recorded separately, because the server may repeat only some of them. A message without a Message-ID is
/// never recognized: two equal ones can be two different messages.
/// </summary>
sealed class InboundLedger
{
    /// <summary>Servers stop retrying after four or five days (RFC 5321 §4.5.4.1).</summary>
    public const string KeepSql = "interval '5 days'";

    const string Table = "inbound_ledger";

    readonly Dictionary<string, byte[]> _digests;

    InboundLedger(Dictionary<string, byte[]> digests) => _digests = digests;

    /// <param name="received">Null: nothing is recognized.</param>
    public static async Task<InboundLedger> OfAsync(
        ReceivedMessage? received, IEnumerable<string> recipients, CancellationToken cancellation)
    {
        if (received is not { Message.Scan.InternetMessageId: not null })
        {
            return new([]);
        }
        var content = await ContentDigest.OfAsync(received.Message, cancellation);
        return new(recipients.ToDictionary(
            recipient => recipient,
            recipient => SHA256.HashData(Encoding.UTF8.GetBytes($"{received.ReversePath}\n{recipient}\n{content}"))));
    }

    /// <summary>True if the commit failed because a recipient got the message before.</summary>
    public static bool IsRepeated(PostgresException failure) =>
        failure is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: Table };

    /// <summary>Records that a recipient gets the message. The commit fails if it was recorded before.</summary>
    public void Note(WriteTransaction transaction, InboxId inbox, string recipient, MessageId message)
    {
        if (_digests.TryGetValue(recipient, out var digest))
        {
            transaction.AtCommit(
                $"insert into {Table} (inbox_id, digest, message_id) values ($1, $2, $3)",
                inbox.Value, digest, message.Value);
        }
    }

    /// <summary>Returns the message that a recipient got before, or null.</summary>
    public async Task<MessageId?> FindAsync(
        NpgsqlConnection connection, InboxId inbox, string recipient, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            $"select message_id from {Table} where inbox_id = $1 and digest = $2",
            inbox.Value, _digests.GetValueOrDefault(recipient));
        return await command.ExecuteScalarAsync(cancellation) is Guid message ? new(message) : null;
    }
}

/// <summary>A message as a remote server sent it. The store uses it to recognize a repeated delivery.</summary>
/// <param name="ReversePath">The address of MAIL FROM without brackets; empty for the null sender.</param>
/// <param name="Message">Completed, without the fields that this server adds.</param>
public sealed record ReceivedMessage(string ReversePath, IncomingMessage Message);
