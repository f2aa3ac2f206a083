using System.Text.Json.Serialization;
using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>An outside account as callers give it.</summary>
sealed record SurfaceRequest
{
    const int ImapClearPort = 143;
    const int MostMinutes = 60;

    [JsonPropertyName("fromAddress")]
    public string? FromAddress { get; init; }

    [JsonPropertyName("fromName")]
    public string? FromName { get; init; }

    [JsonPropertyName("imapHost")]
    public string? ImapHost { get; init; }

    [JsonPropertyName("imapPort")]
    public int? ImapPort { get; init; }

    /// <summary>TLS from the first octet; false: STARTTLS. Absent: by the port.</summary>
    [JsonPropertyName("imapSecure")]
    public bool? ImapSecure { get; init; }

    [JsonPropertyName("imapUsername")]
    public string? ImapUsername { get; init; }

    [JsonPropertyName("imapPassword")]
    public string? ImapPassword { get; init; }

    [JsonPropertyName("smtpHost")]
    public string? SmtpHost { get; init; }

    [JsonPropertyName("smtpPort")]
    public int? SmtpPort { get; init; }

    /// <summary>TLS from the first octet; false: STARTTLS. Absent: by the port.</summary>
    [JsonPropertyName("smtpSecure")]
    public bool? SmtpSecure { get; init; }

    [JsonPropertyName("smtpUsername")]
    public string? SmtpUsername { get; init; }

    [JsonPropertyName("smtpPassword")]
    public string? SmtpPassword { get; init; }

    /// <summary>INBOX when absent.</summary>
    [JsonPropertyName("mailbox")]
    public string? Mailbox { get; init; }

    /// <summary>1 to 60; 5 when absent.</summary>
    [JsonPropertyName("pollIntervalMinutes")]
    public int? PollIntervalMinutes { get; init; }

    public RemoteAccountSettings ToSettings() => new(SurfaceFields.Email("fromAddress", FromAddress), ToImap(), ToSmtp())
    {
        FromName = SurfaceFields.Optional("fromName", FromName),
        Mailbox = ToMailbox(),
        PollIntervalMinutes = PollIntervalMinutes is null or (>= 1 and <= MostMinutes)
            ? PollIntervalMinutes ?? RemoteAccountSettings.StandardPollMinutes
            : throw SurfaceFields.Wrong("pollIntervalMinutes", $"this is a number from 1 to {MostMinutes}"),
    };

    public RemoteServer ToImap()
    {
        var port = SurfaceFields.Port("imapPort", ImapPort);
        return new(
            SurfaceFields.Host("imapHost", ImapHost), port, ImapSecure ?? port != ImapClearPort,
            SurfaceFields.Text("imapUsername", ImapUsername), SurfaceFields.Text("imapPassword", ImapPassword));
    }

    public RemoteServer ToSmtp() => SurfaceFields.Smtp(SmtpHost, SmtpPort, SmtpSecure, SmtpUsername, SmtpPassword);

    public string ToMailbox() => SurfaceFields.Optional("mailbox", Mailbox) ?? FolderName.Inbox.Value;
}
