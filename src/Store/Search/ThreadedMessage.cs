using AgentPost.Mime.Characters;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Structure;
using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>
/// The values of a message that threading uses. Ordered by sent date, then by folder order (RFC 5256 §2.2).
/// </summary>
/// <param name="Subject">The base subject, mapped so that equal subjects compare equal ordinally.</param>
/// <param name="InternetMessageId">Normalized. Null if there is none.</param>
/// <param name="Ancestry">Message-IDs of the message's ancestors, oldest first.</param>
sealed record ThreadedMessage(
    Uid Uid, DateTime SentAt, string Subject, bool IsReplyOrForward, string? InternetMessageId, IReadOnlyList<string> Ancestry) : IComparable<ThreadedMessage>
{
    public static ThreadedMessage Of(Uid uid, in OrderRow row)
    {
        var (subject, isMarked) = BaseSubject.Of(EnvelopeReader.Subject(row.Envelope));
        return new(
            uid,
            new(row.SentAt.Ticks - row.SentAt.Ticks % TimeSpan.TicksPerSecond),
            UnicodeCasemap.Map(subject),
            isMarked,
            row.InternetMessageId is { } id ? MessageAncestry.Normalize(id) : null,
            MessageAncestry.Of(row.Header));
    }

    public int CompareTo(ThreadedMessage? other) =>
        other is null ? 1 : SentAt.CompareTo(other.SentAt) is var order and not 0 ? order : Uid.CompareTo(other.Uid);
}
