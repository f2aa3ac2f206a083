using AgentPost.Store.Data;
using AgentPost.Store.Live;
using AgentPost.Store.Model;

namespace AgentPost.Store.Search;

/// <summary>Sorts messages of a folder (RFC 5256).</summary>
public sealed class Sorts
{
    readonly Database _database;

    internal Sorts(Database database) => _database = database;

    /// <summary>
    /// Sorts UIDs by the criteria, the most significant first. Messages that compare equal are sorted by UID.
    /// </summary>
    /// <param name="uids">Ascending; all must be in the view.</param>
    public async Task<IReadOnlyList<Uid>> SortAsync(
        FolderSnapshot view, IReadOnlyList<Uid> uids, IReadOnlyList<SortCriterion> criteria, CancellationToken cancellation)
    {
        if (uids.Count < 2)
        {
            return uids;
        }
        var ascending = uids.ToArray();
        var columns = criteria.Select(criterion => new SortColumn(criterion, ascending.Length)).ToArray();
        var fields = columns.Aggregate(OrderFields.None, (needed, column) => needed | column.Needs);
        await OrderRows.ReadAsync(_database, view, ascending, fields, Take, cancellation);
        var order = Enumerable.Range(0, ascending.Length).ToArray();
        Array.Sort(order, Compare);
        return Array.ConvertAll(order, index => ascending[index]);

        void Take(int index, OrderRow row)
        {
            foreach (var column in columns)
            {
                column.Set(index, row);
            }
        }

        int Compare(int left, int right)
        {
            foreach (var column in columns)
            {
                if (column.Compare(left, right) is var order and not 0)
                {
                    return order;
                }
            }
            return left.CompareTo(right);
        }
    }
}
