using System.Collections.Immutable;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>Inclusive range of message numbers or UIDs.</summary>
readonly record struct SequenceRange(uint First, uint Last);

/// <summary>
/// A sequence-set as the client sent it (RFC 9051 §9): ranges in any order, possibly overlapping, with <c>*</c> not yet
/// resolved. The length of a command line limits its length.
/// </summary>
/// <param name="Ranges">As sent; <see cref="Star"/> stands for <c>*</c>. Empty for <c>$</c>.</param>
sealed record SequenceSet(ImmutableArray<SequenceRange> Ranges)
{
    /// <summary>Stands for <c>*</c>, since no number can be 0.</summary>
    public const uint Star = 0;

    /// <summary>seq-last-command: <c>$</c>, the saved result of a SEARCH (RFC 5182 §2.1).</summary>
    public static readonly SequenceSet Saved = new([]);

    public bool IsSaved => Ranges.IsEmpty;

    public bool HasStar => Ranges.Any(range => range.First == Star || range.Last == Star);

    /// <summary>
    /// Returns the numbers of the set if <c>*</c> is <paramref name="largest"/>, as ascending ranges that neither
    /// overlap nor touch. <c>n:*</c> with n greater than the largest means <c>*:n</c>, so it contains the largest
    /// (RFC 9051 §9, seq-range).
    /// </summary>
    public ImmutableArray<SequenceRange> Resolve(uint largest)
    {
        var resolved = new List<SequenceRange>(Ranges.Length);
        foreach (var (first, last) in Ranges)
        {
            var from = first == Star ? largest : first;
            var to = last == Star ? largest : last;
            resolved.Add(from <= to ? new(from, to) : new(to, from));
        }
        resolved.Sort((left, right) => left.First.CompareTo(right.First));
        return Merge(resolved);
    }

    static ImmutableArray<SequenceRange> Merge(List<SequenceRange> sorted)
    {
        var merged = ImmutableArray.CreateBuilder<SequenceRange>(sorted.Count);
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && merged[^1] is var last && range.First <= (ulong)last.Last + 1)
            {
                merged[^1] = new(last.First, Math.Max(last.Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }
        return merged.DrainToImmutable();
    }

    public bool Equals(SequenceSet? other) => other is not null && Ranges.AsSpan().SequenceEqual(other.Ranges.AsSpan());

    public override int GetHashCode() => Ranges.Length == 0 ? 0 : HashCode.Combine(Ranges.Length, Ranges[0], Ranges[^1]);
}
