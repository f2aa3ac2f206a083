using System.Text.Json.Serialization;
using AgentPost.Mime.Composing;
using AgentPost.Store;

namespace AgentPost.Host.Api;

/// <summary>A message to be sent by an outside server.</summary>
sealed record SurfaceTestRequest
{
    const int StandardPort = 587;

    [JsonPropertyName("fromAddress")]
    public string? FromAddress { get; init; }

    [JsonPropertyName("fromName")]
    public string? FromName { get; init; }

    [JsonPropertyName("smtpHost")]
    public string? SmtpHost { get; init; }

    /// <summary>587 when absent.</summary>
    [JsonPropertyName("smtpPort")]
    public int? SmtpPort { get; init; }

    [JsonPropertyName("smtpSecure")]
    public bool? SmtpSecure { get; init; }

    [JsonPropertyName("smtpUsername")]
    public string? SmtpUsername { get; init; }

    [JsonPropertyName("smtpPassword")]
    public string? SmtpPassword { get; init; }

    [JsonPropertyName("to")]
    public string? To { get; init; }

    public (RemoteServer Server, MailboxAddress From, string To) Read()
    {
        var server = SurfaceFields.Smtp(SmtpHost, SmtpPort ?? StandardPort, SmtpSecure, SmtpUsername, SmtpPassword);
        return (server, new(SurfaceFields.Email("fromAddress", FromAddress), SurfaceFields.Optional("fromName", FromName)), SurfaceFields.Email("to", To));
    }
}
