namespace AgentPost.Store;

/// <summary>A server of an account elsewhere, and how to log in there.</summary>
/// <param name="IsSecure">TLS from the first octet; else STARTTLS, never in the clear.</param>
public sealed record RemoteServer(string Host, int Port, bool IsSecure, string UserName, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{UserName} at {Host}:{Port}";
}

/// <summary>An account elsewhere that an inbox gets its mail from and sends by, as it is to be.</summary>
public sealed record RemoteAccountSettings(string FromAddress, RemoteServer Imap, RemoteServer Smtp)
{
    public const int StandardPollMinutes = 5;

    public string? FromName { get; init; }

    public string Mailbox { get; init; } = "INBOX";

    public int PollIntervalMinutes { get; init; } = StandardPollMinutes;
}

/// <summary>Where the poller stands.</summary>
/// <param name="UidValidity">Null: the mailbox has not been opened yet.</param>
/// <param name="LastUid">All up to it have been looked at.</param>
/// <param name="RenumberedBelow">The account has numbered its messages anew: those below this may be from before the start.</param>
public sealed record PollPosition(uint? UidValidity, uint LastUid, uint RenumberedBelow);

/// <summary>An account elsewhere and how its polling goes.</summary>
public sealed record RemoteAccount(InboxId Inbox, int Revision, bool IsActive, RemoteAccountSettings Settings)
{
    public required PollPosition Position { get; init; }

    /// <summary>Messages that came before are none of ours.</summary>
    public required DateTimeOffset WatchedFrom { get; init; }

    public required long MessagesProcessed { get; init; }
    public required bool IsPolling { get; init; }
    public required int ConsecutiveErrors { get; init; }
    public required string? LastError { get; init; }
    public required DateTimeOffset? LastPollAt { get; init; }
    public required DateTimeOffset NextPollAt { get; init; }
}

/// <summary>The right to poll one account, until the lease ends or the account is started anew or stopped.</summary>
public readonly record struct PollLease(InboxId Inbox, int Revision, Guid Id);
