using System.Buffers;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Structure;

/// <summary>
/// The compact form in which a store keeps a part tree: one version byte, then variable-length numbers, parts in
/// preorder.
/// </summary>
/// <remarks>
/// Each part consists of: kind + 4 × encoding; distance in bytes to its header from the end of its previous sibling or,
/// without one, from the start of the parent's body; size of its header; size of its body. For a multipart, the number
/// of its children follows. Numbers are base 128, least significant digit first, in the fewest bytes.
/// </remarks>
public static class MimePartCodec
{
    const byte Version = 1;
    const int KindBits = 2;

    public static byte[] Encode(MimePart root)
    {
        var output = new ArrayBufferWriter<byte>(64);
        output.Write([Version]);
        var pending = new Stack<(MimePart Part, long From)>();
        pending.Push((root, 0));
        while (pending.TryPop(out var next))
        {
            var part = next.Part;
            WriteNumber(output, (long)part.Kind | ((long)part.Encoding << KindBits));
            WriteNumber(output, part.HeaderOffset - next.From);
            WriteNumber(output, part.BodyOffset - part.HeaderOffset);
            WriteNumber(output, part.EndOffset - part.BodyOffset);
            if (part.Kind == MimePartKind.Multipart)
            {
                WriteNumber(output, part.Children.Count);
            }
            for (var i = part.Children.Count - 1; i >= 0; i--)
            {
                pending.Push((part.Children[i], i == 0 ? part.BodyOffset : part.Children[i - 1].EndOffset));
            }
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Decodes a part tree. Throws <see cref="FormatException"/> if <see cref="Encode"/> did not write the bytes.
    /// </summary>
    public static MimePart Decode(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || octets[0] != Version)
        {
            throw new FormatException("The part tree is of an unknown version.");
        }
        octets = octets[1..];
        var root = ReadPart(ref octets, 0, out var missing);
        var open = new Stack<OpenPart>();
        Push(open, root, missing);
        while (open.TryPop(out var parent))
        {
            var child = ReadPart(ref octets, parent.Next, out missing);
            if (child.EndOffset > parent.Part.EndOffset)
            {
                throw Malformed();
            }
            parent.Children.Add(child);
            if (parent.Missing > 1)
            {
                open.Push(parent with { Missing = parent.Missing - 1, Next = child.EndOffset });
            }
            Push(open, child, missing);
        }
        return octets.IsEmpty ? root : throw Malformed();
    }

    static void Push(Stack<OpenPart> open, MimePart part, long missing)
    {
        if (missing > 0)
        {
            open.Push(new OpenPart(part, (List<MimePart>)part.Children, missing, part.BodyOffset));
        }
    }

    static MimePart ReadPart(ref ReadOnlySpan<byte> octets, long from, out long children)
    {
        var kindAndEncoding = ReadNumber(ref octets);
        var kind = (MimePartKind)(kindAndEncoding & ((1 << KindBits) - 1));
        var encoding = kindAndEncoding >> KindBits;
        if (kind > MimePartKind.Message || encoding > (long)ContentTransferEncoding.Uuencode)
        {
            throw Malformed();
        }
        var headerOffset = Add(from, ReadNumber(ref octets));
        var bodyOffset = Add(headerOffset, ReadNumber(ref octets));
        var endOffset = Add(bodyOffset, ReadNumber(ref octets));
        children = kind switch
        {
            MimePartKind.Multipart => ReadNumber(ref octets),
            MimePartKind.Message => 1,
            _ => 0,
        };
        if (kind == MimePartKind.Multipart && children == 0)
        {
            throw Malformed();
        }
        return new MimePart
        {
            Kind = kind,
            HeaderOffset = headerOffset,
            BodyOffset = bodyOffset,
            EndOffset = endOffset,
            Encoding = (ContentTransferEncoding)encoding,
            Children = kind == MimePartKind.Leaf ? [] : new List<MimePart>(),
        };
    }

    static long Add(long offset, long octets) => offset <= long.MaxValue - octets ? offset + octets : throw Malformed();

    static void WriteNumber(ArrayBufferWriter<byte> output, long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        while (number >= 0x80)
        {
            output.Write([(byte)(number | 0x80)]);
            number >>= 7;
        }
        output.Write([(byte)number]);
    }

    static long ReadNumber(ref ReadOnlySpan<byte> octets)
    {
        var number = 0L;
        for (var i = 0; i < octets.Length && i < 9; i++)
        {
            number |= (long)(octets[i] & 0x7F) << (7 * i);
            if (octets[i] < 0x80)
            {
                if (octets[i] == 0 && i > 0)
                {
                    break;
                }
                octets = octets[(i + 1)..];
                return number;
            }
        }
        throw Malformed();
    }

    static FormatException Malformed() => new("The part tree is malformed.");

    readonly record struct OpenPart(MimePart Part, List<MimePart> Children, long Missing, long Next);
}
