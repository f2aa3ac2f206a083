namespace AgentPost.Store.Model;

/// <summary>
/// The system flags of an entry (RFC 9051 §2.3.2). The values are stored in the database. <c>\Recent</c> belongs to
/// sessions.
/// </summary>
[Flags]
public enum SystemFlags : byte
{
    None = 0,
    Seen = 1,
    Answered = 2,
    Flagged = 4,
    Deleted = 8,
    Draft = 16,
}
