using System.Collections.Immutable;

namespace AgentPost.Store.Model;

/// <summary>
/// An immutable, sorted set of keywords (RFC 9051 §2.3.2), compared case-insensitively and spelled as first used in the
/// inbox. Sets from the store are interned, so <see cref="object.ReferenceEquals"/> is usually sufficient.
/// </summary>
public sealed class KeywordSet : IEquatable<KeywordSet>
{
    public static readonly KeywordSet Empty = new([]);

    KeywordSet(ImmutableArray<string> names) => Names = names;

    /// <summary>The names, sorted by ordinal, case-insensitive comparison, without duplicates.</summary>
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
