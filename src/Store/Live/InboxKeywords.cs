using System.Collections.Immutable;
using AgentPost.Store.Model;

namespace AgentPost.Store.Live;

/// <summary>
/// The keywords of an inbox that this process knows. Numbers are assigned in commit order and never change their
/// keyword. So known keywords stay valid, and every unknown one has a higher number. Add only committed keywords.
/// Thread-safe.
/// </summary>
sealed class InboxKeywords
{
    readonly Lock _lock = new();
    readonly Dictionary<int, string> _names = [];
    readonly Dictionary<string, int> _ids = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<ImmutableArray<int>, KeywordSet> _sets = new(SameNumbers.Instance);
    readonly Dictionary<KeywordKind, List<int>> _kinds = [];
    int _highest;

    /// <summary>The plus tags that were in use at the last count. Null if they have not been counted.</summary>
    public TagsInUse? TagsInUse { get; set; }

    /// <summary>The highest known number, or 0 if there is none.</summary>
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

    /// <summary>Returns the shared set for the numbers, which must be ascending and known. Null means none.</summary>
    public KeywordSet SetOf(int[]? ids)
    {
        if (ids is null or [])
        {
            return KeywordSet.Empty;
        }
        // The array is only read here, or kept in the dictionary. It comes from a reader, and no other code holds a
        // reference to it.
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
