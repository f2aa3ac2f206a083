using System.Collections.Immutable;
using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// The keywords of an inbox as far as this process knows them. Numbers are given out in commit order and keep their keyword for ever, so what is known
/// stays true, and all that is unknown has a higher number. Only committed keywords may be learned. Thread-safe.
/// </summary>
sealed class InboxKeywords
{
    readonly Lock _lock = new();
    readonly Dictionary<int, string> _names = [];
    readonly Dictionary<string, int> _ids = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<ImmutableArray<int>, KeywordSet> _sets = new(SameNumbers.Instance);
    readonly Dictionary<KeywordKind, List<int>> _kinds = [];
    int _highest;

    /// <summary>The plus tags that were in use when they were last counted. Null: they never were.</summary>
    public TagsInUse? TagsInUse { get; set; }

    /// <summary>The highest number known; 0 for none.</summary>
    public int Highest
    {
        get
        {
            lock (_lock)
            {
                return _highest;
            }
        }
    }

    public void Learn(int id, string name)
    {
        lock (_lock)
        {
            if (!_names.TryAdd(id, name))
            {
                return;
            }
            _ids[name] = id;
            if (!_kinds.TryGetValue(KeywordKinds.Of(name), out var numbers))
            {
                _kinds.Add(KeywordKinds.Of(name), numbers = []);
            }
            numbers.Add(id);
            _highest = Math.Max(_highest, id);
        }
    }

    public bool TryGetId(string name, out int id)
    {
        lock (_lock)
        {
            return _ids.TryGetValue(name, out id);
        }
    }

    /// <summary>The numbers of the keywords of a kind.</summary>
    public int[] NumbersOf(KeywordKind kind)
    {
        lock (_lock)
        {
            return _kinds.TryGetValue(kind, out var numbers) ? [.. numbers] : [];
        }
    }

    public int CountOf(KeywordKind kind)
    {
        lock (_lock)
        {
            return _kinds.TryGetValue(kind, out var numbers) ? numbers.Count : 0;
        }
    }

    /// <summary>The one instance of the set that the numbers (ascending; null for none) stand for. All of them must be known.</summary>
    public KeywordSet SetOf(int[]? ids)
    {
        if (ids is null or [])
        {
            return KeywordSet.Empty;
        }
        // The array is only looked at here, or kept for good: it comes from a reader, and nobody else has it.
        var key = System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(ids);
        lock (_lock)
        {
            if (!_sets.TryGetValue(key, out var set))
            {
                set = KeywordSet.Of(ids.Select(id => _names[id]));
                _sets.Add(key, set);
            }
            return set;
        }
    }

    sealed class SameNumbers : IEqualityComparer<ImmutableArray<int>>
    {
        public static readonly SameNumbers Instance = new();

        public bool Equals(ImmutableArray<int> left, ImmutableArray<int> right) => left.AsSpan().SequenceEqual(right.AsSpan());

        public int GetHashCode(ImmutableArray<int> ids)
        {
            var hash = new HashCode();
            foreach (var id in ids)
            {
                hash.Add(id);
            }
            return hash.ToHashCode();
        }
    }
}
