namespace AgentPost.Host.Api.Sending;

/// <summary>A message to be sent, or a draft.</summary>
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

    /// <summary>Further header fields, such as <c>Auto-Submitted</c>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Of the message that this one answers: the header field, or the id (<c>msg_…</c>).</summary>
    public string? InReplyTo { get; init; }
}

/// <summary>A file to go along.</summary>
sealed record FileRequest
{
    public string? Filename { get; init; }

    /// <summary>
    /// Media type with its parameters, for example <c>text/calendar; method=REQUEST</c>. Default:
    /// <c>application/octet-stream</c>.
    /// </summary>
    public string? MimeType { get; init; }

    /// <summary>In base64.</summary>
    public FileContent? Content { get; init; }

    /// <summary>By which the HTML shows it (<c>cid:</c>); null: an attachment.</summary>
    public string? ContentId { get; init; }
}

/// <summary>What a reply says; whom it goes to and its subject come from the message, unless they are given.</summary>
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

/// <summary>What has been accepted for sending.</summary>
/// <param name="Id">Of the message in Sent.</param>
/// <param name="InternetMessageId">The header field Message-ID, without angle brackets.</param>
sealed record SentView(string Id, string ThreadId, string InboxId, string? InternetMessageId);
