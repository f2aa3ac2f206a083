using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// The bytes that a signature covers: the fields it names, then its own field without the signature (RFC 6376 §3.7).
/// </summary>
static class SignedFields
{
    /// <param name="header">
    /// The header of the message, with or without the field that is being signed or verified.
    /// </param>
    /// <param name="names">
    /// The h= tag. A repeated name means the next field above (§5.4.2). A name without a field is skipped.
    /// </param>
    /// <param name="signature">
    /// The DKIM-Signature field with an empty b= tag: see <see cref="WithoutSignature"/>.
    /// </param>
    public static byte[] Octets(ReadOnlySpan<byte> header, IReadOnlyList<string> names, ReadOnlySpan<byte> signature, Canonicalization canonicalization)
    {
        var output = new ArrayBufferWriter<byte>();
        var fields = FieldsByName(header, names);
        foreach (var name in names)
        {
            if (fields.TryGetValue(name, out var left) && left.TryPop(out var field))
            {
                CanonicalField.Write(header[field], canonicalization, output);
                output.Write("\r\n"u8);
            }
        }
        CanonicalField.Write(signature, canonicalization, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Removes the value of the b= tag from the field, including whitespace around it (§3.5). Nothing else changes.
    /// </summary>
    public static byte[] WithoutSignature(ReadOnlySpan<byte> field)
    {
        field = field.EndsWith("\r\n"u8) ? field[..^2] : field;
        var at = field.IndexOf((byte)':') + 1;
        while (at < field.Length)
        {
            var length = field[at..].IndexOf((byte)';');
            var tag = length < 0 ? field[at..] : field.Slice(at, length);
            var equals = tag.IndexOf((byte)'=');
            if (equals > 0 && tag[..equals].Trim(" \t\r\n"u8).SequenceEqual("b"u8))
            {
                return [.. field[..(at + equals + 1)], .. field[(at + tag.Length)..]];
            }
            at += tag.Length + 1;
        }
        return field.ToArray();
    }

    // Pushed from the top down, so that the last field of a name is popped first.
    static Dictionary<string, Stack<Range>> FieldsByName(ReadOnlySpan<byte> header, IReadOnlyList<string> names)
    {
        var fields = names.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, _ => new Stack<Range>(), StringComparer.OrdinalIgnoreCase);
        var reader = new HeaderFieldReader(header);
        while (reader.Read())
        {
            if (!reader.Name.IsEmpty && fields.TryGetValue(Encoding.ASCII.GetString(reader.Name), out var ofName))
            {
                ofName.Push(reader.Offset..(reader.Offset + reader.Field.Length));
            }
        }
        return fields;
    }
}
