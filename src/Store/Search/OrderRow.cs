namespace AgentPost.Store.Search;

/// <summary>What sorting and threading know of one message; what was not asked for is empty.</summary>
/// <param name="SentAt">The Date field; without one the internal date (RFC 5256 §2.2). In UTC, as is the other.</param>
/// <param name="InternetMessageId">Without angle brackets; null when there is none.</param>
readonly record struct OrderRow(DateTime InternalAt, long Size, DateTime SentAt, byte[] Envelope, string? InternetMessageId, byte[] Header);

/// <summary>What has to be read for an <see cref="OrderRow"/> beside what entries know.</summary>
[Flags]
enum OrderFields
{
    None = 0,
    SentAt = 1,
    Envelope = 2,

    /// <summary>The message's id and its header.</summary>
    References = 4,
}
