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
        TellsModSeqs = items.Contains(FetchItems.ModSeq);
    }

    /// <summary>In the order of the response, none twice.</summary>
    public ImmutableArray<FetchItem> Items { get; }

    /// <summary>None: the view of the session answers all.</summary>
    public MessageColumns Columns { get; }

    public bool SetsSeen { get; }

    /// <summary>Whether it enables CONDSTORE (RFC 7162 §3.1).</summary>
    public bool TellsModSeqs { get; }

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

    /// <summary>
    /// The same for the messages that this FETCH marks as <c>\Seen</c>: with the flags, and for a client that wants mod-sequences with that and the UID
    /// (RFC 7162 §3.2.4).
    /// </summary>
    public FetchPlan WithFlags(EnabledExtensions enabled)
    {
        FetchItem[] news = enabled.HasFlag(EnabledExtensions.CondStore) ? [FetchItems.Flags, FetchItems.ModSeq] : [FetchItems.Flags];
        var needsUid = (enabled & (EnabledExtensions.CondStore | EnabledExtensions.UidOnly)) == EnabledExtensions.CondStore;
        return Create(Items.Concat(news), needsUid ? Numbering.Uids : Numbering.SequenceNumbers);
    }
}
