using System.Globalization;

namespace AgentPost.Store.Model;

/// <summary>A mod-sequence of an inbox, 1 to 2⁶³−1 (RFC 7162 §3.1). Commits have ascending mod-sequences.</summary>
public readonly record struct ModSeq(long Value) : IComparable<ModSeq>
{
    public int CompareTo(ModSeq other) => Value.CompareTo(other.Value);

    public static bool operator <(ModSeq left, ModSeq right) => left.Value < right.Value;
    public static bool operator >(ModSeq left, ModSeq right) => left.Value > right.Value;
    public static bool operator <=(ModSeq left, ModSeq right) => left.Value <= right.Value;
    public static bool operator >=(ModSeq left, ModSeq right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
