namespace AgentPost.Host.Api.Sending;

/// <summary>A message to send, or a draft.</summary>
sealed record MessageRequest
{
    public IReadOnlyList<AddressRequest>? To { get; init; }
    public IReadOnlyList<AddressRequest>? Cc { get; init; }
    public IReadOnlyList<AddressRequest>? Bcc { get; init; }
    public IReadOnlyList<AddressRequest>? ReplyTo { get; init; }
    public string? Subject { get; init; }
    public string? TextBody { get; init; }
    public string? HtmlBody { get; init; }
    public IReadOnlyList<FileRequest>? Attachments { get; init; }

    /// <summary>Additional header fields, such as <c>Auto-Submitted</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The message that this one replies to: its Message-ID, or its id (<c>msg_…</c>).</summary>
    public string? InReplyTo { get; init; }
}

/// <summary>A file to attach.</summary>
sealed record FileRequest
{
    public string? Filename { get; init; }

    /// <summary>
    /// Media type with its parameters, for example <c>text/calendar; method=REQUEST</c>. Default:
    /// <c>application/octet-stream</c>.
    /// </summary>
    public string? MimeType { get; init; }

    /// <summary>The content in base64.</summary>
    public FileContent? Content { get; init; }

    /// <summary>Content-ID that the HTML refers to (<c>cid:</c>). Null for an attachment.</summary>
    public string? ContentId { get; init; }
}

/// <summary>
/// The content of a reply. Recipients and subject are derived from the original message, unless they are given.
/// </summary>
sealed record ReplyRequest
{
    public IReadOnlyList<AddressRequest>? To { get; init; }
    public IReadOnlyList<AddressRequest>? Cc { get; init; }
    public IReadOnlyList<AddressRequest>? Bcc { get; init; }
    public string? Subject { get; init; }
    public string? TextBody { get; init; }
    public string? HtmlBody { get; init; }
    public IReadOnlyList<FileRequest>? Attachments { get; init; }
}

/// <summary>A message that was accepted for sending.</summary>
/// <param name="Id">Id of the message in Sent.</param>
/// <param name="InternetMessageId">The Message-ID header field, without angle brackets.</param>
sealed record SentView(string Id, string ThreadId, string InboxId, string? InternetMessageId);
