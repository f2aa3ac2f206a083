using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.View;

/// <summary>Counts in a snapshot for SELECT and STATUS.</summary>
static class SnapshotCounts
{
    public static int CountUnseen(this FolderSnapshot folder) => folder.Count - folder.CountWith(SystemFlags.Seen);

    public static int CountDeleted(this FolderSnapshot folder) => folder.CountWith(SystemFlags.Deleted);

    /// <summary>Returns the number of entries with this UID or a larger one.</summary>
    public static int CountFrom(this FolderSnapshot folder, Uid uid) =>
        folder.Count - (folder.IndexOf(uid) is var index and >= 0 ? index : ~folder.IndexOf(uid));

    /// <summary>Message sequence number of the first entry without <c>\Seen</c>; null if there is none.</summary>
    public static int? FirstUnseen(this FolderSnapshot folder)
    {
        var number = 1;
        foreach (var block in folder.Blocks)
        {
            foreach (ref readonly var entry in block.Entries.Span)
            {
                if ((entry.Flags & SystemFlags.Seen) == 0)
                {
                    return number;
                }
                number++;
            }
        }
        return null;
    }

    static int CountWith(this FolderSnapshot folder, SystemFlags flag)
    {
        var count = 0;
        foreach (var block in folder.Blocks)
        {
            foreach (ref readonly var entry in block.Entries.Span)
            {
                count += (entry.Flags & flag) != 0 ? 1 : 0;
            }
        }
        return count;
    }
}
