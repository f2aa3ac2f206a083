using System.Globalization;

namespace AgentPost.Store.Model;

/// <summary>
/// Unique identifier of an entry within its folder, 1 to 2³²−1, strictly ascending (RFC 9051 §2.3.1.1).
/// </summary>
public readonly record struct Uid(uint Value) : IComparable<Uid>
{
    public int CompareTo(Uid other) => Value.CompareTo(other.Value);

    public static bool operator <(Uid left, Uid right) => left.Value < right.Value;
    public static bool operator >(Uid left, Uid right) => left.Value > right.Value;
    public static bool operator <=(Uid left, Uid right) => left.Value <= right.Value;
    public static bool operator >=(Uid left, Uid right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
