using System.Text.Json.Serialization;
using AgentPost.Mime.Composing;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Api.Remote;

/// <summary>A test message to send through a remote server.</summary>
sealed record SurfaceTestRequest
{
    const int StandardPort = 587;

    [JsonPropertyName("fromAddress")]
    public string? FromAddress { get; init; }

    [JsonPropertyName("fromName")]
    public string? FromName { get; init; }

    [JsonPropertyName("smtpHost")]
    public string? SmtpHost { get; init; }

    /// <summary>Default: 587.</summary>
    [JsonPropertyName("smtpPort")]
    public int? SmtpPort { get; init; }

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

    [JsonPropertyName("to")]
    public string? To { get; init; }

    public (RemoteServer Server, MailboxAddress From, string To) Read()
    {
        var server = SurfaceFields.Smtp(
            SmtpHost, SmtpPort ?? StandardPort, SmtpSecure, SurfaceFields.Login("smtp", SmtpUsername, SmtpPassword, SmtpAccessToken));
        return (server, new(SurfaceFields.Email("fromAddress", FromAddress), SurfaceFields.Optional("fromName", FromName)), SurfaceFields.Email("to", To));
    }
}
