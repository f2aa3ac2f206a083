using System.Collections.Immutable;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Imap.Fetch;

/// <summary>The items that a FETCH writes for each message, and the columns that it reads for them.</summary>
sealed class FetchPlan
{
    FetchPlan(ImmutableArray<FetchItem> items)
    {
        Items = items;
        Columns = items.Aggregate(MessageColumns.None, (columns, item) => columns | item.Columns);
        SetsSeen = items.Any(item => item.SetsSeen);
        TellsModSeqs = items.Contains(FetchItems.ModSeq);
    }

    /// <summary>The items in the order of the response, without duplicates.</summary>
    public ImmutableArray<FetchItem> Items { get; }

    /// <summary>Columns to read. None if the session's view has all the data.</summary>
    public MessageColumns Columns { get; }

    public bool SetsSeen { get; }

    /// <summary>True if the FETCH enables CONDSTORE (RFC 7162 §3.1).</summary>
    public bool TellsModSeqs { get; }

    /// <summary>
    /// Creates the plan of a FETCH. If included, the UID comes first, because some clients use it to process the rest.
    /// The flags are next.
    /// </summary>
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
    /// Creates a plan for messages that are reported without a FETCH. If the client wants mod-sequences, adds them and
    /// the UID (RFC 7162 §3.2.4).
    /// </summary>
    public static FetchPlan CreateUnasked(IEnumerable<FetchItem> items, EnabledExtensions enabled)
    {
        FetchItem[] news = enabled.HasFlag(EnabledExtensions.CondStore) ? [FetchItems.ModSeq] : [];
        var needsUid = (enabled & (EnabledExtensions.CondStore | EnabledExtensions.UidOnly)) == EnabledExtensions.CondStore;
        return Create(items.Concat(news), needsUid ? Numbering.Uids : Numbering.SequenceNumbers);
    }

    /// <summary>Returns this plan with FLAGS, for the messages that this FETCH marks as <c>\Seen</c>.</summary>
    public FetchPlan WithFlags(EnabledExtensions enabled) => CreateUnasked(Items.Append(FetchItems.Flags), enabled);
}
