using System.Collections.Immutable;

namespace AgentPost.Store.Model;

/// <summary>
/// Immutable set of keywords (RFC 9051 §2.3.2), compared without regard to case, spelled as first used in the inbox, sorted.
/// Sets that come from the store are interned, so that <see cref="object.ReferenceEquals"/> is usually enough.
/// </summary>
public sealed class KeywordSet : IEquatable<KeywordSet>
{
    public static readonly KeywordSet Empty = new([]);

    KeywordSet(ImmutableArray<string> names) => Names = names;

    /// <summary>Sorted, ordinal and case-insensitive, without repetition.</summary>
    public ImmutableArray<string> Names { get; }

    public bool IsEmpty => Names.IsEmpty;

    public static KeywordSet Of(params IEnumerable<string> names)
    {
        var sorted = names.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToImmutableArray();
        return sorted.IsEmpty ? Empty : new KeywordSet(sorted);
    }

    public bool Contains(string name) => Names.BinarySearch(name, StringComparer.OrdinalIgnoreCase) >= 0;

    public KeywordSet Union(KeywordSet other) => other.IsEmpty ? this : Of(Names.Concat(other.Names));

    public KeywordSet Except(KeywordSet other) => other.IsEmpty ? this : Of(Names.Where(name => !other.Contains(name)));

    public bool Equals(KeywordSet? other) =>
        ReferenceEquals(this, other) || (other is not null && Names.SequenceEqual(other.Names, StringComparer.OrdinalIgnoreCase));

    public override bool Equals(object? obj) => Equals(obj as KeywordSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var name in Names)
        {
            hash.Add(name, StringComparer.OrdinalIgnoreCase);
        }
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(' ', Names);
}
