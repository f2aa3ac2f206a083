using System.Buffers;

namespace AgentPost.Store.Reading;

/// <summary>Rows read in one query. Their memory is valid until the batch is disposed.</summary>
public sealed class MessageBatch : IDisposable
{
    const int SlabOctets = 64 * 1024;

    readonly List<MessageRow> _rows = [];

    // Values are stored consecutively in rented slabs. The last slab is the one being filled.
    readonly List<byte[]> _slabs = [];
    int _used;

    internal MessageBatch()
    {
    }

    public IReadOnlyList<MessageRow> Rows => _rows;

    public void Dispose()
    {
        foreach (var slab in _slabs)
        {
            ArrayPool<byte>.Shared.Return(slab);
        }
        _slabs.Clear();
        _rows.Clear();
    }

    internal void Add(MessageRow row) => _rows.Add(row);

    internal void SortByUid() => _rows.Sort((left, right) => left.Uid.CompareTo(right.Uid));

    /// <summary>Allocates memory for a value. The caller must fill it immediately.</summary>
    internal ArraySegment<byte> Allocate(int octets)
    {
        if (_slabs.Count == 0 || _slabs[^1].Length - _used < octets)
        {
            _slabs.Add(ArrayPool<byte>.Shared.Rent(Math.Max(octets, SlabOctets)));
            _used = 0;
        }
        _used += octets;
        return new(_slabs[^1], _used - octets, octets);
    }
}
