namespace AgentPost.Store;

/// <summary>Finds messages of a folder.</summary>
public sealed class Searches
{
    // Scanning the text of a very large folder takes seconds, more than other statements are given.
    const int MostSeconds = 300;

    readonly Database _database;

    internal Searches(Database database) => _database = database;

    /// <summary>
    /// The UIDs within <paramref name="view"/> that match, ascending. Flags are those of the view. What only the database knows of a message that has
    /// been expunged meanwhile does not match.
    /// </summary>
    public async Task<IReadOnlyList<Uid>> FindAsync(FolderSnapshot view, SearchCriterion criterion, CancellationToken cancellation)
    {
        var plan = new SearchPlan(criterion);
        var candidates = plan.FindCandidates(view);
        if (candidates.Count == 0 || !plan.AsksDatabase)
        {
            return candidates;
        }
        var sql = new SearchSql(view, candidates, plan);
        return await _database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = connection.Command(sql.Text, sql.Values);
                command.CommandTimeout = MostSeconds;
                await using var reader = await command.ExecuteReaderAsync(token);
                var found = new List<Uid>();
                var answers = new bool[plan.Columns.Count];
                var candidate = 0;
                while (await reader.ReadAsync(token))
                {
                    var uid = new Uid((uint)reader.GetInt64(0));
                    for (var i = 0; i < answers.Length; i++)
                    {
                        answers[i] = reader.GetBoolean(i + 1);
                    }
                    while (candidate < candidates.Count && candidates[candidate] < uid)
                    {
                        candidate++;
                    }
                    if (candidate < candidates.Count && candidates[candidate] == uid && plan.Matches(view[view.IndexOf(uid)], answers))
                    {
                        found.Add(uid);
                    }
                }
                return found;
            },
            cancellation);
    }
}
