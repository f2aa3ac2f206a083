using AgentPost.Protocol.Imap.View;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Imap.Selection;

/// <summary>
/// A search key whose meaning depends on the session's view. It is bound to the view before the store searches.
/// </summary>
abstract record SessionCriterion : SearchCriterion
{
    /// <summary>sequence-set, as message numbers</summary>
    public sealed record Numbers(SequenceSet Set) : SessionCriterion;

    /// <summary>"UID" SP sequence-set; <c>*</c> is the last message of the view</summary>
    public sealed record NumberedUids(SequenceSet Set) : SessionCriterion;

    /// <summary>"RECENT"</summary>
    public sealed record IsRecent : SessionCriterion;

    /// <summary>Keys in an unknown charset: the search is rejected.</summary>
    public sealed record UnknownCharset : SessionCriterion;

    /// <summary>Converts the criterion to one that the store can evaluate.</summary>
    public static SearchCriterion Bind(SearchCriterion criterion, SelectedFolder folder) => criterion switch
    {
        And and => new And([.. and.Criteria.Select(part => Bind(part, folder))]),
        Or or => new Or(Bind(or.Left, folder), Bind(or.Right, folder)),
        Not not => new Not(Bind(not.Criterion, folder)),
        Numbers numbers => ToUids(folder.ResolveExisting(numbers.Set, Numbering.SequenceNumbers)),
        NumberedUids uids => ToUids(folder.ResolveExisting(uids.Set, Numbering.Uids)),
        IsRecent => new Uids(folder.Recent.Ranges),
        _ => criterion,
    };

    /// <summary>
    /// Binds the keys that mean the same messages now and later: message numbers and <c>$</c>. Ranges of UIDs can match
    /// future messages (RFC 5267 §4.3).
    /// </summary>
    public static SearchCriterion BindNumbers(SearchCriterion criterion, SelectedFolder folder) => criterion switch
    {
        And and => new And([.. and.Criteria.Select(part => BindNumbers(part, folder))]),
        Or or => new Or(BindNumbers(or.Left, folder), BindNumbers(or.Right, folder)),
        Not not => new Not(BindNumbers(not.Criterion, folder)),
        Numbers or NumberedUids { Set.IsSaved: true } => Bind(criterion, folder),
        _ => criterion,
    };

    /// <summary>True if the criterion contains a key of this type.</summary>
    public static bool Has<TCriterion>(SearchCriterion criterion)
        where TCriterion : SearchCriterion => criterion switch
        {
            And and => and.Criteria.Any(Has<TCriterion>),
            Or or => Has<TCriterion>(or.Left) || Has<TCriterion>(or.Right),
            Not not => Has<TCriterion>(not.Criterion),
            _ => criterion is TCriterion,
        };

    static Uids ToUids(MessageSelection selection) =>
        new([.. selection.Numbers.Select(range => new UidRange(selection.View[(int)range.First - 1].Uid, selection.View[(int)range.Last - 1].Uid))]);
}
