namespace AgentPost.Store;

/// <summary>Finds messages of a folder.</summary>
public sealed class Searches
{
    /// <summary>The UIDs within <paramref name="view"/> that match, ascending. Flags are those of the view.</summary>
    public Task<IReadOnlyList<Uid>> FindAsync(FolderSnapshot view, SearchCriterion criterion, CancellationToken cancellation) => throw new NotImplementedException();
}
