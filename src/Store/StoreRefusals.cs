namespace AgentPost.Store;

/// <summary>The refusals that several operations share.</summary>
static class StoreRefusals
{
    public static StoreRefusedException FolderNotFound() => new(Refusal.FolderNotFound, "There is no such folder.");

    public static StoreRefusedException KeywordLimit() =>
        new(Refusal.KeywordLimit, "A folder may use at most 1,000 different keywords, each of at most 255 octets.");
}
