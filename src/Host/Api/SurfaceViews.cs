using System.Text.Json.Serialization;
using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>What was asked for is done.</summary>
sealed record SurfaceDone([property: JsonPropertyName("success")] bool Success = true);

/// <summary>How fetching goes.</summary>
sealed record SurfaceStatus(
    [property: JsonPropertyName("active")] bool Active,
    [property: JsonPropertyName("config")] SurfaceConfig Config,
    [property: JsonPropertyName("consecutiveErrors")] int ConsecutiveErrors,
    [property: JsonPropertyName("lastError")] string? LastError,
    [property: JsonPropertyName("lastPollAt")] DateTimeOffset? LastPollAt,
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

/// <summary>The account that is fetched from, without its password.</summary>
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
            server.Host, account.Settings.Mailbox, account.Settings.PollIntervalMinutes, account.IsActive, server.Port, provider, server.IsSecure, server.UserName);
    }
}

/// <summary>How a poll went.</summary>
/// <param name="MessagesProcessed">Messages that came into the inbox since it was asked for.</param>
sealed record SurfacePolled(
    [property: JsonPropertyName("messagesProcessed")] long MessagesProcessed,
    [property: JsonPropertyName("lastUid")] uint LastUid,
    [property: JsonPropertyName("pollStatus")] string PollStatus)
{
    [JsonPropertyName("success")]
    public bool Success => PollStatus != "error";
}

/// <summary>Whether both servers took the login.</summary>
sealed record SurfaceVerified([property: JsonPropertyName("imap")] SurfaceTrial Imap, [property: JsonPropertyName("smtp")] SurfaceTrial Smtp);

/// <param name="Error">Why not; empty when it succeeded.</param>
sealed record SurfaceTrial([property: JsonPropertyName("success")] bool Success, [property: JsonPropertyName("error")] string Error);

/// <param name="MessageId">Without brackets.</param>
sealed record SurfaceTestSent([property: JsonPropertyName("messageId")] string MessageId, [property: JsonPropertyName("success")] bool Success = true);
