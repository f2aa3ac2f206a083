using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>
/// Divides a search between the view in memory, which knows UIDs, flags and keywords, and the database, which knows the
/// rest. Criteria joined by AND are separated. A criterion that mixes both kinds under an OR or NOT is evaluated in
/// memory, with columns that the database returns for each row.
/// </summary>
sealed class SearchPlan
{
    readonly List<EntryTest> _viewed = [];
    readonly List<EntryTest> _mixed = [];
    readonly List<SearchCriterion> _conditions = [];
    readonly List<SearchCriterion> _columns = [];

    public SearchPlan(SearchCriterion criterion) => Divide(criterion);

    /// <summary>Criteria that the database applies as conditions.</summary>
    public IReadOnlyList<SearchCriterion> Conditions => _conditions;

    /// <summary>
    /// Criteria that the database evaluates for each row. <see cref="Matches"/> receives the results.
    /// </summary>
    public IReadOnlyList<SearchCriterion> Columns => _columns;

    public bool AsksDatabase => _conditions.Count + _columns.Count > 0;

    /// <summary>Finds the UIDs that the view does not exclude, ascending.</summary>
    public IReadOnlyList<Uid> FindCandidates(FolderSnapshot view)
    {
        var candidates = new List<Uid>();
        foreach (var block in view.Blocks)
        {
            foreach (ref readonly var entry in block.Entries.Span)
            {
                if (All(_viewed, entry, []))
                {
                    candidates.Add(entry.Uid);
                }
            }
        }
        return candidates;
    }

    /// <summary>
    /// True if an entry matches. The entry must satisfy <see cref="Conditions"/>, and <paramref name="answers"/> are
    /// the results of <see cref="Columns"/>.
    /// </summary>
    public bool Matches(in FolderEntry entry, bool[] answers) => All(_mixed, entry, answers);

    void Divide(SearchCriterion criterion)
    {
        if (criterion is SearchCriterion.And and)
        {
            foreach (var part in and.Criteria)
            {
                Divide(part);
            }
            return;
        }
        switch (PlaceOf(criterion))
        {
            case Place.View:
                _viewed.Add(Compile(criterion));
                break;
            case Place.Database:
                _conditions.Add(criterion);
                break;
            default:
                _mixed.Add(Compile(criterion));
                break;
        }
    }

    EntryTest Compile(SearchCriterion criterion)
    {
        if (PlaceOf(criterion) == Place.Database)
        {
            var column = _columns.Count;
            _columns.Add(criterion);
            return (in FolderEntry _, bool[] answers) => answers[column];
        }
        switch (criterion)
        {
            case SearchCriterion.And and:
                var tests = and.Criteria.Select(Compile).ToArray();
                return (in FolderEntry entry, bool[] answers) => All(tests, entry, answers);
            case SearchCriterion.Or or:
                var (left, right) = (Compile(or.Left), Compile(or.Right));
                return (in FolderEntry entry, bool[] answers) => left(entry, answers) || right(entry, answers);
            case SearchCriterion.Not not:
                var inner = Compile(not.Criterion);
                return (in FolderEntry entry, bool[] answers) => !inner(entry, answers);
            default:
                return EntryTests.Of(criterion);
        }
    }

    static bool All(IReadOnlyList<EntryTest> tests, in FolderEntry entry, bool[] answers)
    {
        for (var i = 0; i < tests.Count; i++)
        {
            if (!tests[i](entry, answers))
            {
                return false;
            }
        }
        return true;
    }

    static Place PlaceOf(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => and.Criteria.Aggregate(Place.None, (place, part) => place | PlaceOf(part)),
        SearchCriterion.Or or => PlaceOf(or.Left) | PlaceOf(or.Right),
        SearchCriterion.Not not => PlaceOf(not.Criterion),
        SearchCriterion.All or SearchCriterion.Uids or SearchCriterion.HasFlag or SearchCriterion.HasKeyword
            or SearchCriterion.ChangedFrom => Place.View,
        _ => Place.Database,
    };

    /// <summary>Where a criterion can be evaluated. If both flags are set, each evaluates a part of it.</summary>
    [Flags]
    enum Place
    {
        None = 0,
        View = 1,
        Database = 2,
    }
}

/// <summary>Evaluates an entry. <paramref name="answers"/> are the results of the database for its row.</summary>
delegate bool EntryTest(in FolderEntry entry, bool[] answers);
