using System.Globalization;
using System.Text;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Session;
using AgentPost.Protocol.Imap.View;
using AgentPost.Store.Live;

namespace AgentPost.Protocol.Imap.Commands.Mailboxes;

/// <summary>One STATUS item: its name, and its value in wire format.</summary>
sealed record StatusItem(string Name, Func<StatusSubject, CancellationToken, ValueTask<string>> ValueAsync)
{
    const string HighestModSeq = "HIGHESTMODSEQ";

    static readonly StatusItem[] All =
    [
        Of("MESSAGES", folder => folder.Count),
        Of("UIDNEXT", folder => folder.UidNext.Value),
        Of("UIDVALIDITY", folder => folder.UidValidity.Value),
        Of("UNSEEN", folder => folder.CountUnseen()),
        Of("DELETED", folder => folder.CountDeleted()),
        new("DELETED-STORAGE", DeletedStorageAsync),
        new("MAILBOXID", (subject, _) => new(MailboxId.Of(subject.Folder))),
        Of(HighestModSeq, folder => folder.HighestModSeq.Value),
        new("RECENT", RecentAsync),
        new("SIZE", SizeAsync),
        new("APPENDLIMIT", (subject, _) => new(AppendLimit(subject.Options))),
    ];

    /// <summary>True if requesting the item enables CONDSTORE (RFC 7162 §3.1).</summary>
    public bool IsModSeq => Name == HighestModSeq;

    // status-att = "MESSAGES" / "RECENT" / "UIDNEXT" / "UIDVALIDITY" / "UNSEEN" (RFC 3501 §9) / "DELETED" (RFC 9051 §9)
    //              / "MAILBOXID" (RFC 8474 §4.3) / "SIZE" (RFC 8438 §2) / "APPENDLIMIT" (RFC 7889 §4)
    //              / "HIGHESTMODSEQ" (RFC 7162 §7) / "DELETED-STORAGE" (RFC 9208 §7)
    public static StatusItem Parse(ref CommandParser parser)
    {
        foreach (var item in All)
        {
            if (item.Name.Length == parser.PeekAtom().Length && parser.TryAtom(Encoding.ASCII.GetBytes(item.Name)))
            {
                return item;
            }
        }
        throw parser.Expected("a STATUS item");
    }

    /// <summary>"(" status-att *(SP status-att) ")", without duplicates.</summary>
    public static IReadOnlyList<StatusItem> ParseList(ref CommandParser parser)
    {
        parser.Open();
        var items = new List<StatusItem>();
        do
        {
            var item = Parse(ref parser);
            if (!items.Contains(item))
            {
                items.Add(item);
            }
        }
        while (parser.TrySp());
        parser.Close();
        return items;
    }

    static StatusItem Of(string name, Func<FolderSnapshot, long> value) => new(name, (subject, _) => new(Text(value(subject.Snapshot))));

    static async ValueTask<string> RecentAsync(StatusSubject subject, CancellationToken cancellation) =>
        Text(subject.Snapshot.CountFrom(await subject.Store.Folders.FirstRecentAsync(subject.Snapshot.Key, cancellation)));

    static async ValueTask<string> SizeAsync(StatusSubject subject, CancellationToken cancellation) =>
        Text(await subject.Store.Folders.SizeAsync(subject.Snapshot.Key, cancellation));

    // Messages that would move to Trash count too: the RFC allows the sum of the sizes if an exact value takes long to
    // compute.
    static async ValueTask<string> DeletedStorageAsync(StatusSubject subject, CancellationToken cancellation) =>
        Text(await subject.Store.Folders.DeletedSizeAsync(subject.Snapshot.Key, cancellation));

    static string AppendLimit(ImapOptions options) => options.MessageOctets == long.MaxValue ? "NIL" : Text(options.MessageOctets);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
