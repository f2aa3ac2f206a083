using System.Collections.Immutable;
using AgentPost.Store;

namespace AgentPost.Protocol.Imap;

/// <summary>What a FETCH reads and writes for each message.</summary>
sealed class FetchPlan
{
    FetchPlan(ImmutableArray<FetchItem> items)
    {
        Items = items;
        Columns = items.Aggregate(MessageColumns.None, (columns, item) => columns | item.Columns);
        SetsSeen = items.Any(item => item.SetsSeen);
    }

    /// <summary>In the order of the response, none twice.</summary>
    public ImmutableArray<FetchItem> Items { get; }

    /// <summary>None: the view of the session answers all.</summary>
    public MessageColumns Columns { get; }

    public bool SetsSeen { get; }

    /// <summary>The UID comes first whenever it is there, since some clients decide by it what to do with the rest; then the flags.</summary>
    public static FetchPlan Create(IEnumerable<FetchItem> asked, Numbering numbering)
    {
        var items = asked.Distinct().ToList();
        Lead(FetchItems.Flags, items.Contains(FetchItems.Flags));
        Lead(FetchItems.Uid, numbering is Numbering.Uids || items.Contains(FetchItems.Uid));
        return new([.. items]);

        void Lead(FetchItem item, bool isWanted)
        {
            items.Remove(item);
            if (isWanted)
            {
                items.Insert(0, item);
            }
        }
    }

    /// <summary>The same with the flags, for the messages that this FETCH marks as <c>\Seen</c>.</summary>
    public FetchPlan WithFlags() =>
        Items.Contains(FetchItems.Flags) ? this : new(Items.Insert(Items[0] == FetchItems.Uid ? 1 : 0, FetchItems.Flags));
}
