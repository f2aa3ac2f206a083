using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>One thing that STATUS tells: a row a thing.</summary>
sealed record StatusItem(string Name, Func<MailStore, FolderSnapshot, CancellationToken, ValueTask<long>> ValueAsync)
{
    static readonly StatusItem[] All =
    [
        Of("MESSAGES", folder => folder.Count),
        Of("UIDNEXT", folder => folder.UidNext.Value),
        Of("UIDVALIDITY", folder => folder.UidValidity.Value),
        Of("UNSEEN", folder => folder.CountUnseen()),
        new("RECENT", RecentAsync),
        new("SIZE", async (store, folder, cancellation) => await store.Folders.SizeAsync(folder.Key, cancellation)),
    ];

    // status-att = "MESSAGES" / "RECENT" / "UIDNEXT" / "UIDVALIDITY" / "UNSEEN" (RFC 3501 §9) / "SIZE" (RFC 8438 §2)
    public static StatusItem Parse(ref CommandParser parser)
    {
        foreach (var item in All)
        {
            if (item.Name.Length == parser.PeekAtom().Length && parser.TryAtom(System.Text.Encoding.ASCII.GetBytes(item.Name)))
            {
                return item;
            }
        }
        throw parser.Expected("a STATUS item");
    }

    static StatusItem Of(string name, Func<FolderSnapshot, long> value) => new(name, (_, folder, _) => new(value(folder)));

    static async ValueTask<long> RecentAsync(MailStore store, FolderSnapshot folder, CancellationToken cancellation) =>
        folder.CountFrom(await store.Folders.FirstRecentAsync(folder.Key, cancellation));
}
