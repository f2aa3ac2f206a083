using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;
using Npgsql;

namespace AgentPost.Store.Search;

/// <summary>Searches a folder for messages.</summary>
public sealed class Searches
{
    // Up to this many messages are scanned quickly. A search for recent changes must not wait for long searches.
    const int MaxShortSearch = 100;

    readonly Database _database;

    internal Searches(Database database) => _database = database;

    /// <summary>
    /// Finds the matching UIDs in <paramref name="view"/>, ascending. Flags are those of the view. If a message has
    /// been expunged in the meantime, criteria that need the database do not match it. Throws StoreRefusedException:
    /// SearchTimeout.
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
        return candidates.Count <= MaxShortSearch
            ? await _database.ReadAsync((connection, token) => ReadAsync(connection.Command(sql.Text, sql.Values), view, plan, candidates, token), cancellation)
            : await _database.SearchAsync(
                view.Key.Inbox,
                (connection, token) => ReadAsync(connection.SearchCommand(sql.Text, sql.Values), view, plan, candidates, token),
                cancellation);
    }

    static async Task<IReadOnlyList<Uid>> ReadAsync(
        NpgsqlCommand search, FolderSnapshot view, SearchPlan plan, IReadOnlyList<Uid> candidates, CancellationToken cancellation)
    {
        await using var command = search;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<Uid>();
        var answers = new bool[plan.Columns.Count];
        var candidate = 0;
        while (await reader.ReadAsync(cancellation))
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
    }
}
