using System.Buffers.Binary;

namespace AgentPost.Mime.Tnef;

/// <summary>
/// Checks that every length in TNEF content (MS-OXTNEF) fits into its container. MimeKit's reader allocates the
/// declared length before it reads that much. Reads the stream once, from its position to its end.
/// </summary>
sealed class TnefGuard(Stream stream)
{
    const int Signature = 0x223E9F78;
    const int RecipientTable = 0x00069004;
    const int MapiProperties = 0x00069003;
    const int Attachment = 0x00069005;
    const int MultiValued = 0x1000;
    const int FirstNamedId = 0x8000;
    const int MaxItems = 200_000;

    readonly byte[] _skipped = new byte[4096];
    int _items;

    public bool IsSound()
    {
        try
        {
            if (ReadInt32() != Signature)
            {
                return false;
            }
            Skip(2);
            while (ReadByte() is >= 0)
            {
                ReadAttribute();
            }
            return true;
        }
        catch (Exception broken) when (broken is EndOfStreamException or FormatException)
        {
            return false;
        }
    }

    void ReadAttribute()
    {
        Count();
        var tag = ReadInt32();
        var left = (long)ReadInt32();
        Expect(left >= 0);
        switch (tag)
        {
            case MapiProperties or Attachment:
                ReadProperties(ref left);
                break;
            case RecipientTable:
                for (var rows = ReadCount(ref left); rows > 0; rows--)
                {
                    ReadProperties(ref left);
                }
                break;
        }
        // Skip the checksum too.
        Skip(left + 2);
    }

    void ReadProperties(ref long left)
    {
        for (var count = ReadCount(ref left); count > 0; count--)
        {
            Count();
            Take(4, ref left);
            var typeAndId = (uint)ReadInt32();
            var (type, id) = ((int)(typeAndId & 0xFFFF), (int)(typeAndId >> 16));
            if (id >= FirstNamedId)
            {
                ReadName(ref left);
            }
            var isVariable = (type & ~MultiValued) is 0x0D or 0x1E or 0x1F or 0x102;
            for (var values = isVariable || (type & MultiValued) != 0 ? ReadCount(ref left) : 1; values > 0; values--)
            {
                Count();
                if (isVariable)
                {
                    ReadVariable(ref left);
                }
                else
                {
                    TakeAndSkip(SizeOf(type & ~MultiValued), ref left);
                }
            }
        }
    }

    void ReadName(ref long left)
    {
        TakeAndSkip(16, ref left);
        Take(4, ref left);
        if (ReadInt32() == 0)
        {
            TakeAndSkip(4, ref left);
        }
        else
        {
            ReadVariable(ref left);
        }
    }

    // Reads a length and that many bytes, padded to a multiple of four.
    void ReadVariable(ref long left)
    {
        Take(4, ref left);
        var length = (long)ReadInt32();
        Expect(length >= 0);
        TakeAndSkip((length + 3) & ~3L, ref left);
    }

    static int SizeOf(int type) => type switch
    {
        0x00 or 0x01 => 0,
        0x02 or 0x03 or 0x04 or 0x0A or 0x0B => 4,
        0x05 or 0x06 or 0x07 or 0x14 or 0x40 => 8,
        0x48 => 16,
        _ => throw new FormatException("A property has an unknown type."),
    };

    int ReadCount(ref long left)
    {
        Take(4, ref left);
        var count = ReadInt32();
        Expect(count >= 0);
        return count;
    }

    void Count() => Expect(++_items <= MaxItems);

    static void Take(long length, ref long left)
    {
        left -= length;
        Expect(left >= 0);
    }

    void TakeAndSkip(long length, ref long left)
    {
        Take(length, ref left);
        Skip(length);
    }

    static void Expect(bool isSound)
    {
        if (!isSound)
        {
            throw new FormatException("The TNEF content is broken.");
        }
    }

    int ReadByte() => stream.ReadByte();

    int ReadInt32()
    {
        Span<byte> number = stackalloc byte[4];
        stream.ReadExactly(number);
        return BinaryPrimitives.ReadInt32LittleEndian(number);
    }

    void Skip(long length)
    {
        while (length > 0)
        {
            var piece = (int)Math.Min(length, _skipped.Length);
            stream.ReadExactly(_skipped, 0, piece);
            length -= piece;
        }
    }
}
