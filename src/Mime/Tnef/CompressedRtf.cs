using System.Buffers.Binary;
using System.Text;
using MimeKit.Tnef;

namespace AgentPost.Mime.Tnef;

/// <summary>Decompresses RTF (MS-OXRTFCP) as it arrives and writes its text. Not thread-safe.</summary>
sealed class CompressedRtf(long size, StringBuilder output)
{
    const int HeaderBytes = 16;

    readonly RtfCompressedToRtf _decompression = new();
    readonly RtfText _text = new(output);
    readonly byte[] _header = new byte[HeaderBytes];
    int _headerCount;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_headerCount < HeaderBytes)
        {
            var taken = bytes[..Math.Min(bytes.Length, HeaderBytes - _headerCount)];
            taken.CopyTo(_header.AsSpan(_headerCount));
            _headerCount += taken.Length;
            bytes = bytes[taken.Length..];
            if (_headerCount < HeaderBytes)
            {
                return;
            }
            // The decompressor allocates memory for the difference of the sizes in the header, which the sender chose.
            BinaryPrimitives.WriteInt32LittleEndian(_header, (int)Math.Min(size - 4, int.MaxValue));
            BinaryPrimitives.WriteInt32LittleEndian(_header.AsSpan(4), (int)Math.Min(size - 4, int.MaxValue));
            Decompress(_header);
        }
        if (!bytes.IsEmpty)
        {
            Decompress(bytes.ToArray());
        }
    }

    public void Complete() => _text.Complete();

    void Decompress(byte[] compressed)
    {
        var rtf = _decompression.Filter(compressed, 0, compressed.Length, out var index, out var length);
        _text.Write(rtf.AsSpan(index, length));
    }
}
