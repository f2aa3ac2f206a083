using AgentPost.Store.Model;

namespace AgentPost.Store.Mailbox;

/// <summary>How a copy comes to Sent.</summary>
enum SentOrigin
{
    Submission,

    /// <summary>APPEND or REPLACE.</summary>
    Client,

    /// <summary>COPY or MOVE of a message that the inbox has already.</summary>
    Copy,
}

/// <summary>A copy that lies in Sent and came there within the last minutes by the other way.</summary>
/// <param name="CompletedAt">When it came by this way too; null: not yet.</param>
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

    /// <summary>By Message-ID, however often a client repeats itself.</summary>
    public bool IsNamedAs(SentCopy copy) => InternetMessageId is not null && InternetMessageId == copy.InternetMessageId;

    /// <summary>By content, for two copies made apart of each other. Only once: who sends the same words again means another message.</summary>
    public bool ReadsAs(SentCopy copy) =>
        CompletedAt is null && (DatedAt - copy.DatedAt).Duration() <= DateTolerance && ContentSha256.AsSpan().SequenceEqual(copy.ContentSha256);
}
