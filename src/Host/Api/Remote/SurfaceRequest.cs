using System.Text.Json.Serialization;
using AgentPost.Store.Model;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Api.Remote;

/// <summary>A remote account as callers send it.</summary>
record SurfaceRequest
{
    const int MaxMinutes = 60;

    [JsonPropertyName("fromAddress")]
    public string? FromAddress { get; init; }

    [JsonPropertyName("fromName")]
    public string? FromName { get; init; }

    [JsonPropertyName("imapHost")]
    public string? ImapHost { get; init; }

    [JsonPropertyName("imapPort")]
    public int? ImapPort { get; init; }

    /// <summary>
    /// True for implicit TLS, false for STARTTLS. If absent, the port decides; on unusual ports, both are tried.
    /// </summary>
    [JsonPropertyName("imapSecure")]
    public bool? ImapSecure { get; init; }

    [JsonPropertyName("imapUsername")]
    public string? ImapUsername { get; init; }

    /// <summary>Required, unless imapAccessToken is given.</summary>
    [JsonPropertyName("imapPassword")]
    public string? ImapPassword { get; init; }

    /// <summary>An OAuth 2.0 access token, in place of imapPassword.</summary>
    [JsonPropertyName("imapAccessToken")]
    public string? ImapAccessToken { get; init; }

    [JsonPropertyName("smtpHost")]
    public string? SmtpHost { get; init; }

    [JsonPropertyName("smtpPort")]
    public int? SmtpPort { get; init; }

    /// <summary>
    /// True for implicit TLS, false for STARTTLS. If absent, the port decides; on unusual ports, both are tried.
    /// </summary>
    [JsonPropertyName("smtpSecure")]
    public bool? SmtpSecure { get; init; }

    [JsonPropertyName("smtpUsername")]
    public string? SmtpUsername { get; init; }

    /// <summary>Required, unless smtpAccessToken is given.</summary>
    [JsonPropertyName("smtpPassword")]
    public string? SmtpPassword { get; init; }

    /// <summary>An OAuth 2.0 access token, in place of smtpPassword.</summary>
    [JsonPropertyName("smtpAccessToken")]
    public string? SmtpAccessToken { get; init; }

    /// <summary>Default: INBOX.</summary>
    [JsonPropertyName("mailbox")]
    public string? Mailbox { get; init; }

    /// <summary>1 to 60. Default: 5.</summary>
    [JsonPropertyName("pollIntervalMinutes")]
    public int? PollIntervalMinutes { get; init; }

    public RemoteAccountSettings ToSettings() => new(SurfaceFields.Email("fromAddress", FromAddress), ToImap(), ToSmtp())
    {
        FromName = SurfaceFields.Optional("fromName", FromName),
        Mailbox = ToMailbox(),
        PollIntervalMinutes = PollIntervalMinutes is null or (>= 1 and <= MaxMinutes)
            ? PollIntervalMinutes ?? RemoteAccountSettings.StandardPollMinutes
            : throw SurfaceFields.Wrong("pollIntervalMinutes", $"must be a number from 1 to {MaxMinutes}"),
    };

    public RemoteServer ToImap() =>
        SurfaceFields.Imap(ImapHost, ImapPort, ImapSecure, SurfaceFields.Login("imap", ImapUsername, ImapPassword, ImapAccessToken));

    public RemoteServer ToSmtp() =>
        SurfaceFields.Smtp(SmtpHost, SmtpPort, SmtpSecure, SurfaceFields.Login("smtp", SmtpUsername, SmtpPassword, SmtpAccessToken));

    public string ToMailbox() => SurfaceFields.Optional("mailbox", Mailbox) ?? FolderName.Inbox.Value;
}

/// <summary>A remote account to start.</summary>
sealed record SurfaceStartRequest : SurfaceRequest
{
    /// <summary>False stores the settings without trying the logins. Default: true.</summary>
    [JsonPropertyName("verify")]
    public bool? Verify { get; init; }
}
