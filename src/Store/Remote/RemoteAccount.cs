using AgentPost.Store.Model;

namespace AgentPost.Store.Remote;

/// <summary>A server of a remote account, with the login.</summary>
public sealed record RemoteServer(string Host, int Port, RemoteTls Tls, RemoteLogin Login)
{
    public override string ToString() => $"{Login.UserName} at {Host}:{Port}";
}

/// <summary>
/// How a connection to a remote server is encrypted. In every mode, only STARTTLS is sent unencrypted.
/// </summary>
public enum RemoteTls
{
    /// <summary>TLS from the first byte (RFC 8314 §3).</summary>
    Implicit,

    StartTls,

    /// <summary>Unknown: each connection tries implicit TLS, then STARTTLS.</summary>
    Detect,
}

/// <summary>A user name and its secret.</summary>
/// <param name="Secret">Empty if the stored secret cannot be decrypted.</param>
public sealed record RemoteLogin(string UserName, SecretKind Kind, string Secret)
{
    /// <summary>Returns the user name, without the secret.</summary>
    public override string ToString() => UserName;
}

public enum SecretKind
{
    Password,

    /// <summary>An OAuth 2.0 access token. It expires after about an hour, and the server cannot renew it.</summary>
    AccessToken,
}

/// <summary>The settings of a remote account, which an inbox fetches mail from and sends it through.</summary>
public sealed record RemoteAccountSettings(string FromAddress, RemoteServer Imap, RemoteServer Smtp)
{
    public const int StandardPollMinutes = 5;

    public string? FromName { get; init; }

    public string Mailbox { get; init; } = "INBOX";

    public int PollIntervalMinutes { get; init; } = StandardPollMinutes;
}

/// <summary>The position up to which mail has been fetched.</summary>
/// <param name="UidValidity">Null if the mailbox has not been opened yet.</param>
/// <param name="LastUid">All messages up to this UID have been fetched or skipped.</param>
/// <param name="RenumberedBelow">The remote mailbox changed its UIDVALIDITY: messages with lower UIDs can be older than
/// the account.</param>
public sealed record PollPosition(uint? UidValidity, uint LastUid, uint RenumberedBelow);

/// <summary>A remote account and the state of its polling.</summary>
public sealed record RemoteAccount(InboxId Inbox, int Revision, bool IsActive, RemoteAccountSettings Settings)
{
    public required PollPosition Position { get; init; }

    /// <summary>Messages received before this timestamp are not fetched.</summary>
    public required DateTimeOffset WatchedFrom { get; init; }

    public required long MessagesProcessed { get; init; }
    public required bool IsPolling { get; init; }
    public required int ConsecutiveErrors { get; init; }
    public required string? LastError { get; init; }
    public required DateTimeOffset? LastPollAt { get; init; }
    public required DateTimeOffset NextPollAt { get; init; }

    /// <summary>
    /// Why the last message was not accepted for all its recipients; null if it was, or if none was sent yet.
    /// </summary>
    public required string? LastSendError { get; init; }
}

/// <summary>The right to poll one account, until the lease expires or the account is restarted or stopped.</summary>
public readonly record struct PollLease(InboxId Inbox, int Revision, Guid Id);
