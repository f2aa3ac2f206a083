using Npgsql;

namespace AgentPost.Store;

/// <summary>Rows of surfaces.</summary>
sealed class RemoteAccountTable(SecretBox secrets)
{
    public const string Columns = """
        inbox_id, revision, is_active, from_address, from_name, imap_host, imap_port, imap_secure, imap_username, imap_password,
        smtp_host, smtp_port, smtp_secure, smtp_username, smtp_password, mailbox, poll_interval_minutes, watched_from, uid_validity, last_uid, renumbered_below,
        messages_processed, is_polling and leased_until > now() as is_polling, consecutive_errors, last_error, last_poll_at, next_poll_at
        """;

    /// <summary>Reads the row that the reader is at. A password that cannot be opened any more is empty.</summary>
    public RemoteAccount Read(NpgsqlDataReader reader)
    {
        var inbox = new InboxId(reader.GetGuid(0));
        var imap = Server(reader, 5, inbox, "imap");
        var smtp = Server(reader, 10, inbox, "smtp");
        return new(
            inbox,
            reader.GetInt32(1),
            reader.GetBoolean(2),
            new(reader.GetString(3), imap, smtp)
            {
                FromName = reader.IsDBNull(4) ? null : reader.GetString(4),
                Mailbox = reader.GetString(15),
                PollIntervalMinutes = reader.GetInt32(16),
            })
        {
            WatchedFrom = reader.GetDateTime(17),
            Position = new(reader.IsDBNull(18) ? null : (uint)reader.GetInt64(18), (uint)reader.GetInt64(19), (uint)reader.GetInt64(20)),
            MessagesProcessed = reader.GetInt64(21),
            IsPolling = !reader.IsDBNull(22) && reader.GetBoolean(22),
            ConsecutiveErrors = reader.GetInt32(23),
            LastError = reader.IsDBNull(24) ? null : reader.GetString(24),
            LastPollAt = reader.IsDBNull(25) ? null : reader.GetDateTime(25),
            NextPollAt = reader.GetDateTime(26),
        };
    }

    /// <summary>The values of a row up to the interval, in the order of the columns behind the revision and the activity.</summary>
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
        [server.Host, server.Port, server.IsSecure, server.UserName, secrets.Seal(server.Password, SecretPlace.OfSurface(inbox, name))];

    RemoteServer Server(NpgsqlDataReader reader, int at, InboxId inbox, string name) => new(
        reader.GetString(at),
        reader.GetInt32(at + 1),
        reader.GetBoolean(at + 2),
        reader.GetString(at + 3),
        secrets.Open(reader.GetFieldValue<byte[]>(at + 4), SecretPlace.OfSurface(inbox, name)) ?? "");
}
