using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>Operations on the bytes of a header.</summary>
public static class HeaderFields
{
    /// <summary>
    /// Writes the fields whose names are (or, inverted, are not) among the given names, byte for byte in their order.
    /// Then writes the blank line that ends the header, if it has one (RFC 9051 §6.4.5.1: whether or not fields match).
    /// </summary>
    public static void Filter(ReadOnlySpan<byte> header, IReadOnlyList<string> names, HeaderFilter filter, IBufferWriter<byte> output)
    {
        var lengths = LengthsOf(names);
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            if (IsAmong(reader.Name, names, lengths) == (filter == HeaderFilter.Only))
            {
                // A client that fetches a field by its name expects the name at the start.
                output.Write(filter == HeaderFilter.Only ? reader.Field[(reader.NameOffset - reader.Offset)..] : reader.Field);
            }
        }
        if (reader.IsAtBlankLine)
        {
            output.Write("\r\n"u8);
        }
    }

    // One bit for each length modulo 64: most fields are skipped without a comparison.
    static ulong LengthsOf(IReadOnlyList<string> names)
    {
        var lengths = 0UL;
        for (var i = 0; i < names.Count; i++)
        {
            lengths |= 1UL << (names[i].Length & 63);
        }
        return lengths;
    }

    static bool IsAmong(ReadOnlySpan<byte> name, IReadOnlyList<string> names, ulong lengths)
    {
        if (name.IsEmpty || (lengths & (1UL << (name.Length & 63))) == 0)
        {
            return false;
        }
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == name.Length && Ascii.EqualsIgnoreCase(name, names[i]))
            {
                return true;
            }
        }
        return false;
    }
}

public enum HeaderFilter
{
    Only,
    AllBut,
}
