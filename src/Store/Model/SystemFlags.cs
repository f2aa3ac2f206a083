namespace AgentPost.Store.Model;

/// <summary>System flags of an entry (RFC 9051 §2.3.2); the numbers are those in the database. <c>\Recent</c> belongs to sessions.</summary>
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
