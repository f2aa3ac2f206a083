using AgentPost.Store.Model;

namespace AgentPost.Store.Writing;

/// <summary>
/// Decides which plus tags of inbound mail become keywords. Senders choose tags, so tags have their own limits: the
/// number in use in a folder, and the number of names that an inbox can keep. A message beyond the limits is stored
/// without its tag.
/// </summary>
static class TagBudget
{
    // Counting reads the whole folder. A sender must not make the server do that for every message.
    static readonly TimeSpan CountedFor = TimeSpan.FromMinutes(1);

    public static async Task<KeywordSet> FitAsync(
        WriteTransaction transaction, FolderWrite folder, KeywordSet keywords, CancellationToken cancellation)
    {
        var tags = keywords.Names.Where(name => KeywordKinds.Of(name) is KeywordKind.Tag).ToList();
        var (inbox, limit) = (folder.Inbox, transaction.Limits.Tags);
        if (tags.Count == 0
            || inbox.CountOf(KeywordKind.Tag) + tags.Count <= Math.Min(limit, InboxLock.MostKeywordsEver))
        {
            return keywords;
        }
        var used = await UsedAsync(transaction, folder, cancellation);
        var room = limit - used.Count;
        var names = InboxLock.MostKeywordsEver - inbox.CountOf(KeywordKind.Tag);
        return keywords.Except(KeywordSet.Of([.. tags.Where(tag => !Fits(tag))]));

        bool Fits(string tag)
        {
            if (used.Contains(tag))
            {
                return true;
            }
            if (room <= 0 || (!inbox.Knows(tag) && --names < 0))
            {
                return false;
            }
            room--;
            return used.Add(tag);
        }
    }

    /// <summary>Finds the tags in use in a folder, as of at most a minute ago.</summary>
    static async Task<HashSet<string>> UsedAsync(
        WriteTransaction transaction, FolderWrite folder, CancellationToken cancellation)
    {
        var keywords = folder.Inbox.Keywords;
        if (keywords.TagsInUse is { } counted
            && counted.Folder == folder.Key.Folder
            && transaction.Now - counted.At < CountedFor)
        {
            return counted.Names;
        }
        var used = await transaction.FindKeywordsAsync(folder, cancellation);
        var names = used.Names.Where(name => KeywordKinds.Of(name) is KeywordKind.Tag).ToHashSet(
            StringComparer.OrdinalIgnoreCase);
        keywords.TagsInUse = new(folder.Key.Folder, names, transaction.Now);
        return names;
    }
}
