using System.Globalization;

namespace AgentPost.Store;

/// <summary>
/// The UIDs that a statement is about, in the form that Postgres answers fastest: a range when they follow one another, else an array.
/// The parameters are the statement's last.
/// </summary>
readonly struct UidFilter
{
    readonly bool _isRange;

    UidFilter(bool isRange, object[] values)
    {
        _isRange = isRange;
        Values = values;
    }

    /// <summary>Values of the parameters that <see cref="Where"/> names.</summary>
    public object[] Values { get; }

    /// <param name="uids">Ascending, without repetition, at least one.</param>
    public static UidFilter Of(ReadOnlySpan<Uid> uids)
    {
        if (uids[^1].Value - uids[0].Value == (uint)uids.Length - 1)
        {
            return new(true, [(long)uids[0].Value, (long)uids[^1].Value]);
        }
        var values = new long[uids.Length];
        for (var i = 0; i < uids.Length; i++)
        {
            values[i] = uids[i].Value;
        }
        return new(false, [values]);
    }

    /// <summary>The condition on a column, with the parameters numbered from <paramref name="parameter"/>.</summary>
    public string Where(string column, int parameter) => _isRange
        ? string.Create(CultureInfo.InvariantCulture, $"{column} between ${parameter} and ${parameter + 1}")
        : string.Create(CultureInfo.InvariantCulture, $"{column} = any(${parameter})");
}
