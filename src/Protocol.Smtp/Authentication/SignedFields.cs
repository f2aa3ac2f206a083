using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The octets that a signature is made over: the fields it names, then its own field without the signature itself (RFC 6376 §3.7).</summary>
static class SignedFields
{
    /// <param name="header">Of the message, without the field that is signed or verified now, or with it.</param>
    /// <param name="names">The h= tag: a name that comes again means the next field above (§5.4.2); one that is not there means nothing.</param>
    /// <param name="signature">The DKIM-Signature field with an empty b= tag: see <see cref="WithoutSignature"/>.</param>
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

    /// <summary>The field with the value of its b= tag taken out, blanks around it included (§3.5). Nothing else changes.</summary>
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

    // From the top down, so that the last of a name is the first to be taken.
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
