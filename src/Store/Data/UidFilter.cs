using System.Globalization;
using AgentPost.Store.Model;

namespace AgentPost.Store.Data;

/// <summary>
/// The UIDs that a statement selects in a folder: a range if they are consecutive, otherwise an array. Parameters $1
/// and $2 are the inbox and the folder; the UIDs are the last parameters of the statement.
/// </summary>
readonly struct UidFilter
{
    /// <summary>
    /// First and <see cref="Last"/>, passed as parameters, are the range that makes Postgres read a folder by UID.
    /// Without a range it may read the whole inbox instead.
    /// </summary>
    public const long First = 1;

    public const long Last = uint.MaxValue;

    readonly bool _isRange;

    UidFilter(bool isRange, object[] values)
    {
        _isRange = isRange;
        Values = values;
    }

    /// <summary>Values of the parameters that <see cref="Rows"/> uses.</summary>
    public object[] Values { get; }

    /// <param name="uids">Ascending, without duplicates, at least one.</param>
    public static UidFilter Of(ReadOnlySpan<Uid> uids)
    {
        if (uids[^1].Value - uids[0].Value == (uint)uids.Length - 1)
        {
            return Between(uids[0], uids[^1]);
        }
        var values = new long[uids.Length];
        for (var i = 0; i < uids.Length; i++)
        {
            values[i] = uids[i].Value;
        }
        return new(false, [values]);
    }

    /// <summary>Selects the whole folder.</summary>
    public static UidFilter All { get; } = new(true, [First, Last]);

    /// <summary>Selects all UIDs of a range.</summary>
    public static UidFilter Between(Uid first, Uid last) => new(true, [(long)first.Value, (long)last.Value]);

    /// <summary>
    /// Builds the condition that selects the entries, with parameters numbered from <paramref name="parameter"/>.
    /// </summary>
    /// <param name="table"><c>entries</c> or <c>tombstones</c>.</param>
    /// <param name="alias">Alias of the table in the statement.</param>
    // Given an array together with inbox and folder, Postgres reads the whole folder if it estimates it as small. So
    // each UID is looked up separately, and the rows are read by their physical location (ctid), which cannot change
    // within the statement.
    public string Rows(string table, string alias, int parameter) => _isRange
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{alias}.inbox_id = $1 and {alias}.folder_id = $2 and {alias}.uid between ${parameter} and ${parameter + 1}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {alias}.ctid = any(array(
                select one.place from unnest(${parameter}::bigint[]) wanted cross join lateral (
                    select x.ctid as place from {table} x
                    where x.inbox_id = $1 and x.folder_id = $2 and x.uid = wanted offset 0) one))
            """);
}
