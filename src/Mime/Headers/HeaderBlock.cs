using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// The header of a part: first collected, then parsed once. Reused for each part; values read from it are valid until
/// <see cref="Clear"/>.
/// </summary>
sealed class HeaderBlock
{
    /// <summary>
    /// Maximum size of a header in bytes. Fields beyond it are not parsed or searched, but offsets stay exact.
    /// </summary>
    public const int MaxOctets = 1 << 20;

    byte[] _octets = new byte[2048];
    int _count;
    readonly List<FieldRange> _fields = [];

    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _count);

    /// <summary>Number of fields that have a name.</summary>
    public int Count => _fields.Count;

    public ReadOnlySpan<byte> Name(int field) => _octets.AsSpan(_fields[field].Name, _fields[field].NameOctets);

    /// <summary>Returns the value of a field, unfolded (RFC 5322 §2.2.3) and trimmed.</summary>
    public ReadOnlySpan<byte> Text(int field) => Unfolding.Unfold(_octets.AsSpan(_fields[field].Value, _fields[field].ValueOctets));

    /// <summary>Returns the value of the first field with this name; empty if there is none.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> name) => Find(name, 0) is { } field ? Text(field) : [];

    public bool Has(ReadOnlySpan<byte> name) => Find(name, 0) is not null;

    /// <summary>Finds the first field with this name at or after <paramref name="from"/>.</summary>
    public int? Find(ReadOnlySpan<byte> name, int from)
    {
        for (var i = from; i < _fields.Count; i++)
        {
            if (_fields[i].NameOctets == name.Length && Ascii.EqualsIgnoreCase(Name(i), name))
            {
                return i;
            }
        }
        return null;
    }

    public void Append(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, MaxOctets - _count)];
        if (_octets.Length - _count < octets.Length)
        {
            Array.Resize(ref _octets, Math.Min(MaxOctets, Math.Max(_octets.Length * 2, _count + octets.Length)));
        }
        octets.CopyTo(_octets.AsSpan(_count));
        _count += octets.Length;
    }

    public void Parse()
    {
        var reader = new HeaderFieldReader(Octets);
        while (reader.Read())
        {
            if (!reader.Name.IsEmpty)
            {
                var value = reader.Offset + reader.Field.Length - reader.Value.Length;
                _fields.Add(new FieldRange(reader.NameOffset, reader.Name.Length, value, reader.Value.Length));
            }
        }
    }

    public void Clear()
    {
        _count = 0;
        _fields.Clear();
    }

    readonly record struct FieldRange(int Name, int NameOctets, int Value, int ValueOctets);
}
