using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

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

    /// <summary>For messages that are told of without a FETCH: a client that wants mod-sequences gets that and the UID too (RFC 7162 §3.2.4).</summary>
    public static FetchPlan CreateUnasked(IEnumerable<FetchItem> items, EnabledExtensions enabled)
    {
        FetchItem[] news = enabled.HasFlag(EnabledExtensions.CondStore) ? [FetchItems.ModSeq] : [];
        var needsUid = (enabled & (EnabledExtensions.CondStore | EnabledExtensions.UidOnly)) == EnabledExtensions.CondStore;
        return Create(items.Concat(news), needsUid ? Numbering.Uids : Numbering.SequenceNumbers);
    }

    /// <summary>The same for the messages that this FETCH marks as <c>\Seen</c>, which is told with the flags.</summary>
    public FetchPlan WithFlags(EnabledExtensions enabled) => CreateUnasked(Items.Append(FetchItems.Flags), enabled);
}
