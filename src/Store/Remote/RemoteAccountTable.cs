using AgentPost.Store.Data;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Remote;

/// <summary>Reads and writes the rows of remote accounts.</summary>
sealed class RemoteAccountTable(SecretBox secrets)
{
    public const string Columns = """
        inbox_id, revision, is_active, from_address, from_name, imap_host, imap_port, imap_secure, imap_username, imap_uses_token, imap_password,
        smtp_host, smtp_port, smtp_secure, smtp_username, smtp_uses_token, smtp_password,
        mailbox, poll_interval_minutes, watched_from, uid_validity, last_uid, renumbered_below,
        messages_processed, is_polling and leased_until > now() as is_polling, consecutive_errors, last_error, last_poll_at, next_poll_at, last_send_error
        """;

    /// <summary>Reads the current row. A secret that cannot be decrypted is empty.</summary>
    public RemoteAccount Read(NpgsqlDataReader reader)
    {
        var inbox = new InboxId(reader.GetGuid(0));
        var imap = Server(reader, 5, inbox, "imap");
        var smtp = Server(reader, 11, inbox, "smtp");
        return new(
            inbox,
            reader.GetInt32(1),
            reader.GetBoolean(2),
            new(reader.GetString(3), imap, smtp)
            {
                FromName = Text(reader, 4),
                Mailbox = reader.GetString(17),
                PollIntervalMinutes = reader.GetInt32(18),
            })
        {
            WatchedFrom = reader.GetDateTime(19),
            Position = new(reader.IsDBNull(20) ? null : (uint)reader.GetInt64(20), (uint)reader.GetInt64(21), (uint)reader.GetInt64(22)),
            MessagesProcessed = reader.GetInt64(23),
            IsPolling = !reader.IsDBNull(24) && reader.GetBoolean(24),
            ConsecutiveErrors = reader.GetInt32(25),
            LastError = Text(reader, 26),
            LastPollAt = reader.IsDBNull(27) ? null : reader.GetDateTime(27),
            NextPollAt = reader.GetDateTime(28),
            LastSendError = Text(reader, 29),
        };
    }

    /// <summary>Returns the values of a row from the address to the interval, in the order of the columns.</summary>
    public object?[] Values(InboxId inbox, RemoteAccountSettings settings) =>
    [
        settings.FromAddress,
        settings.FromName,
        .. Values(settings.Imap, inbox, "imap"),
        .. Values(settings.Smtp, inbox, "smtp"),
        settings.Mailbox,
        settings.PollIntervalMinutes,
    ];

    object?[] Values(RemoteServer server, InboxId inbox, string name) =>
    [
        server.Host,
        server.Port,
        server.Tls switch { RemoteTls.Implicit => true, RemoteTls.StartTls => false, _ => null },
        server.Login.UserName,
        server.Login.Kind is SecretKind.AccessToken,
        secrets.Seal(server.Login.Secret, SecretPlace.OfRemoteAccount(inbox, name)),
    ];

    RemoteServer Server(NpgsqlDataReader reader, int at, InboxId inbox, string name) => new(
        reader.GetString(at),
        reader.GetInt32(at + 1),
        reader.IsDBNull(at + 2) ? RemoteTls.Detect : reader.GetBoolean(at + 2) ? RemoteTls.Implicit : RemoteTls.StartTls,
        new(
            reader.GetString(at + 3),
            reader.GetBoolean(at + 4) ? SecretKind.AccessToken : SecretKind.Password,
            secrets.Open(reader.GetFieldValue<byte[]>(at + 5), SecretPlace.OfRemoteAccount(inbox, name)) ?? ""));

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
