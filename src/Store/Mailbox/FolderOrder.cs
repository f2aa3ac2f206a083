using AgentPost.Store.Model;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Orders INBOX first, then by code units. Children sort after their parents, but not always directly after them.
/// </summary>
sealed class FolderOrder : IComparer<FolderName>
{
    public static readonly FolderOrder Instance = new();

    public int Compare(FolderName? x, FolderName? y) =>
        (x == FolderName.Inbox, y == FolderName.Inbox) switch
        {
            (true, true) => 0,
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(x?.Value, y?.Value),
        };
}
