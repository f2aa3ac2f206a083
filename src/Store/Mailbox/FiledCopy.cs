using AgentPost.Store.Model;

namespace AgentPost.Store.Mailbox;

/// <summary>How a copy is added to Sent.</summary>
enum SentOrigin
{
    Submission,

    /// <summary>APPEND or REPLACE.</summary>
    Client,

    /// <summary>COPY or MOVE of a message that the inbox already has.</summary>
    Copy,
}

/// <summary>A copy that was added to Sent within the last minutes, with the other origin.</summary>
/// <param name="CompletedAt">When this origin added it too. Null: not yet.</param>
sealed record FiledCopy(
    Uid Uid,
    MessageId Message,
    SystemFlags Flags,
    KeywordSet Keywords,
    string? InternetMessageId,
    byte[] ContentSha256,
    DateTimeOffset DatedAt,
    bool HasBcc,
    DateTimeOffset FirstAt,
    DateTimeOffset? CompletedAt)
{
    static readonly TimeSpan DateTolerance = TimeSpan.FromMinutes(2);

    /// <summary>
    /// True if the copy has the same Message-ID. It matches any number of times, because clients repeat requests.
    /// </summary>
    public bool IsNamedAs(SentCopy copy) => InternetMessageId is not null && InternetMessageId == copy.InternetMessageId;

    /// <summary>
    /// True if the content is equal: the two copies were built separately. It matches only once, because a second
    /// message with the same text is a different message.
    /// </summary>
    public bool ReadsAs(SentCopy copy) =>
        CompletedAt is null && (DatedAt - copy.DatedAt).Duration() <= DateTolerance && ContentSha256.AsSpan().SequenceEqual(copy.ContentSha256);
}
