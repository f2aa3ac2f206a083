using AgentPost.Store.Model;
using AgentPost.Store.Writing;

namespace AgentPost.Store.Mailbox;

/// <summary>
/// Decides which keywords of imported files a folder accepts. Senders can write such keywords into the files
/// (X-Keywords), so imports may use at most half of the owner's keywords.
/// </summary>
static class ImportBudget
{
    const int MaxInFolder = InboxLock.MostKeywords / 2;
    const int MaxEver = InboxLock.MostKeywordsEver / 2;

    /// <summary>
    /// Returns the filings without the keywords that do not fit, and adds those to <paramref name="leftOut"/>.
    /// </summary>
    public static async Task<IReadOnlyList<Filing>> FitAsync(
        WriteTransaction transaction, FolderWrite folder, IReadOnlyList<Filing> filings, ICollection<string> leftOut,
        CancellationToken cancellation)
    {
        var inbox = folder.Inbox;
        var names = KeywordSet.Of(filings.SelectMany(filing => filing.Keywords.Names).Where(name => KeywordKinds.Of(name) is not KeywordKind.Server)).Names;
        if (inbox.CountOf(KeywordKind.Owner) + inbox.CountOf(KeywordKind.Tag) + names.Length <= MaxInFolder)
        {
            return filings;
        }
        var used = await transaction.FindKeywordsAsync(folder, cancellation);
        var room = MaxInFolder - used.Names.Count(name => KeywordKinds.Of(name) is not KeywordKind.Server);
        var ever = MaxEver - inbox.CountOf(KeywordKind.Owner) - inbox.CountOf(KeywordKind.Tag);
        var dropped = KeywordSet.Of(
            [.. names.Where(name => !used.Contains(name) && (--room < 0 || (!inbox.Knows(name) && --ever < 0)))]);
        foreach (var name in dropped.Names)
        {
            leftOut.Add(name);
        }
        return [.. filings.Select(filing => filing with { Keywords = filing.Keywords.Except(dropped) })];
    }
}
