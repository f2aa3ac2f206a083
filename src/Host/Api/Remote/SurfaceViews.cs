using System.Text.Json.Serialization;
using AgentPost.Host.Remote;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Api.Remote;

/// <summary>The operation succeeded.</summary>
sealed record SurfaceDone([property: JsonPropertyName("success")] bool Success = true);

/// <summary>The state of a remote account.</summary>
/// <param name="LastError">Why the last poll failed, or which message it skipped; null if neither.</param>
/// <param name="LastSendError">Why the last message was not accepted for all its recipients; null if it was.</param>
sealed record SurfaceStatus(
    [property: JsonPropertyName("active")] bool Active,
    [property: JsonPropertyName("config")] SurfaceConfig Config,
    [property: JsonPropertyName("consecutiveErrors")] int ConsecutiveErrors,
    [property: JsonPropertyName("lastError")] string? LastError,
    [property: JsonPropertyName("lastPollAt")] DateTimeOffset? LastPollAt,
    [property: JsonPropertyName("lastSendError")] string? LastSendError,
    [property: JsonPropertyName("lastUid")] uint LastUid,
    [property: JsonPropertyName("mailbox")] string Mailbox,
    [property: JsonPropertyName("messagesProcessed")] long MessagesProcessed,
    [property: JsonPropertyName("nextPollAt")] DateTimeOffset? NextPollAt,
    [property: JsonPropertyName("pollIntervalMinutes")] int PollIntervalMinutes,
    [property: JsonPropertyName("pollStatus")] string PollStatus)
{
    public static SurfaceStatus Of(RemoteAccount account) => new(
        account.IsActive,
        SurfaceConfig.Of(account),
        account.ConsecutiveErrors,
        account.LastError,
        account.LastPollAt,
        account.LastSendError,
        account.Position.LastUid,
        account.Settings.Mailbox,
        account.MessagesProcessed,
        account.IsActive ? account.NextPollAt : null,
        account.Settings.PollIntervalMinutes,
        WordOf(account));

    public static string WordOf(RemoteAccount account) => account switch
    {
        { IsActive: false } => "stopped",
        { IsPolling: true } => "polling",
        { ConsecutiveErrors: > 0 } => "error",
        _ => "idle",
    };
}

/// <summary>The account that messages are fetched from, without its secret.</summary>
/// <param name="Secure">False for STARTTLS; true for implicit TLS, or if each connection finds the mode.</param>
sealed record SurfaceConfig(
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("mailbox")] string Mailbox,
    [property: JsonPropertyName("pollIntervalMinutes")] int PollIntervalMinutes,
    [property: JsonPropertyName("pollingEnabled")] bool PollingEnabled,
    [property: JsonPropertyName("port")] int Port,
    [property: JsonPropertyName("provider")] string Provider,
    [property: JsonPropertyName("secure")] bool Secure,
    [property: JsonPropertyName("username")] string Username)
{
    const string OtherProvider = "Custom";

    static readonly (string Domain, string Name)[] Providers =
    [
        ("gmail.com", "Gmail"), ("googlemail.com", "Gmail"), ("outlook.com", "Outlook"), ("office365.com", "Outlook"), ("yahoo.com", "Yahoo"), ("mail.me.com", "iCloud"),
        ("fastmail.com", "Fastmail"), ("zoho.com", "Zoho"), ("gmx.net", "GMX"), ("yandex.com", "Yandex"),
    ];

    public static SurfaceConfig Of(RemoteAccount account)
    {
        var server = account.Settings.Imap;
        var provider = Array.Find(Providers, known => $".{server.Host}".EndsWith($".{known.Domain}", StringComparison.OrdinalIgnoreCase)).Name ?? OtherProvider;
        return new(
            server.Host, account.Settings.Mailbox, account.Settings.PollIntervalMinutes, account.IsActive, server.Port, provider, server.Tls is not RemoteTls.StartTls, server.Login.UserName);
    }
}

/// <summary>The result of a poll.</summary>
/// <param name="MessagesProcessed">Messages stored since the poll was requested.</param>
sealed record SurfacePolled(
    [property: JsonPropertyName("messagesProcessed")] long MessagesProcessed,
    [property: JsonPropertyName("lastUid")] uint LastUid,
    [property: JsonPropertyName("pollStatus")] string PollStatus)
{
    [JsonPropertyName("success")]
    public bool Success => PollStatus != "error";
}

/// <summary>Whether both servers accepted the login.</summary>
sealed record SurfaceVerified([property: JsonPropertyName("imap")] SurfaceTrial Imap, [property: JsonPropertyName("smtp")] SurfaceTrial Smtp);

/// <param name="Error">Empty if it succeeded.</param>
sealed record SurfaceTrial([property: JsonPropertyName("success")] bool Success, [property: JsonPropertyName("error")] string Error)
{
    public static SurfaceTrial Of(LoginCheck check) => new(check.Error is null, check.Error ?? "");
}

/// <param name="MessageId">Without brackets.</param>
sealed record SurfaceTestSent([property: JsonPropertyName("messageId")] string MessageId, [property: JsonPropertyName("success")] bool Success = true);
