using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentPost.Store.Events;

/// <summary>
/// The data of an event. Each event type uses some of the properties. Serialized as JSON in snake_case, without nulls.
/// </summary>
sealed record EventData
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string? InboxId { get; init; }
    public string? MessageId { get; init; }
    public string? ThreadId { get; init; }
    public string? DraftId { get; init; }

    public string? Folder { get; init; }

    /// <summary>The folder that a message was moved or copied from.</summary>
    public string? FromFolder { get; init; }

    public long? Uid { get; init; }

    /// <summary>True if the message was deleted from Trash.</summary>
    public bool? Permanent { get; init; }

    public bool? Seen { get; init; }
    public bool? Flagged { get; init; }
    public bool? Answered { get; init; }

    /// <summary>In lower case.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    public string? FromAddress { get; init; }
    public string? FromName { get; init; }
    public IReadOnlyList<string>? ToAddresses { get; init; }
    public IReadOnlyList<string>? CcAddresses { get; init; }
    public string? Subject { get; init; }
    public string? InternetMessageId { get; init; }
    public string? Preview { get; init; }
    public string? ExtractedText { get; init; }
    public bool? HasAttachments { get; init; }
    public long? Size { get; init; }
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Recipients of a message that was delivered, has bounced or was rejected.</summary>
    public IReadOnlyList<string>? Recipients { get; init; }

    /// <summary>Enhanced status code (RFC 3463).</summary>
    public string? Status { get; init; }

    public string? Reason { get; init; }

    /// <summary>The remote server.</summary>
    public string? Server { get; init; }

    public string? KeyId { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<string>? Scopes { get; init; }
    public IReadOnlyList<string>? InboxIds { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? WebhookId { get; init; }

    public string? SessionId { get; init; }

    /// <summary><c>imap</c> or <c>smtp</c>.</summary>
    public string? Protocol { get; init; }

    public string? RemoteAddress { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static EventData Parse(string json) => JsonSerializer.Deserialize<EventData>(json, Json) ?? new();
}
