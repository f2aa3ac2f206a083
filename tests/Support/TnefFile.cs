using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AgentPost.Support;

/// <summary>Writes TNEF content (MS-OXTNEF), as Outlook sends it in winmail.dat.</summary>
public sealed class TnefFile
{
    readonly ArrayBufferWriter<byte> _octets = new();

    public TnefFile()
    {
        _octets.Write<byte>([0x78, 0x9F, 0x3E, 0x22, 0x01, 0x00]);
        Attribute(1, 0x00089006, [0, 0, 1, 0]);
        // attOemCodepage: windows-1252
        Attribute(1, 0x00069007, [0xE4, 0x04, 0, 0, 0, 0, 0, 0]);
    }

    public byte[] ToArray() => _octets.WrittenSpan.ToArray();

    public TnefFile Message(Action<TnefProperties> properties) => Attribute(1, 0x00069003, TnefProperties.Of(properties));

    public TnefFile Attachment(string title, ReadOnlySpan<byte> content, Action<TnefProperties>? properties = null)
    {
        // attAttachRenddata, attAttachData, attAttachTitle, attAttachment
        Attribute(2, 0x00069002, new byte[14]);
        if (!content.IsEmpty)
        {
            Attribute(2, 0x0006800F, content);
        }
        Attribute(2, 0x00018010, Encoding.Latin1.GetBytes(title + '\0'));
        return properties is null ? this : Attribute(2, 0x00069005, TnefProperties.Of(properties));
    }

    TnefFile Attribute(byte level, int tag, ReadOnlySpan<byte> content)
    {
        _octets.Write<byte>([level]);
        TnefProperties.Write(_octets, tag);
        TnefProperties.Write(_octets, content.Length);
        _octets.Write(content);
        var checksum = 0;
        foreach (var octet in content)
        {
            checksum += octet;
        }
        _octets.Write<byte>([(byte)checksum, (byte)(checksum >> 8)]);
        return this;
    }
}

/// <summary>MAPI properties of a message or of a file in TNEF content.</summary>
public sealed class TnefProperties
{
    readonly ArrayBufferWriter<byte> _octets = new();
    int _count;

    public TnefProperties Ansi(int id, string text) => Variable(0x001E, id, Encoding.Latin1.GetBytes(text));

    public TnefProperties Unicode(int id, string text) => Variable(0x001F, id, Encoding.Unicode.GetBytes(text));

    public TnefProperties Binary(int id, byte[] content) => Variable(0x0102, id, content);

    public TnefProperties Interface(int id, byte[] content) => Variable(0x000D, id, content);

    public TnefProperties Number(int id, int number)
    {
        Raw(0x0003, id, []);
        Write(_octets, number);
        return this;
    }

    /// <summary>A property with whatever follows its type and id.</summary>
    public TnefProperties Raw(int type, int id, byte[] rest)
    {
        _count++;
        Write(_octets, (int)(((uint)id << 16) | (uint)type));
        _octets.Write(rest);
        return this;
    }

    internal static byte[] Of(Action<TnefProperties> write)
    {
        var properties = new TnefProperties();
        write(properties);
        var all = new ArrayBufferWriter<byte>();
        Write(all, properties._count);
        all.Write(properties._octets.WrittenSpan);
        return all.WrittenSpan.ToArray();
    }

    internal static void Write(IBufferWriter<byte> octets, int number)
    {
        Span<byte> written = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(written, number);
        octets.Write(written);
    }

    TnefProperties Variable(int type, int id, byte[] content)
    {
        Raw(type, id, []);
        Write(_octets, 1);
        Write(_octets, content.Length);
        _octets.Write(content);
        _octets.Write(new byte[(4 - content.Length % 4) % 4]);
        return this;
    }
}
