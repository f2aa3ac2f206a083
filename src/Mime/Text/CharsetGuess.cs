using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Text;

/// <summary>
/// Decodes text of an unknown charset that arrives in blocks. ASCII passes immediately. From the first other byte on,
/// text is held until there is enough to determine the charset of the whole text. Not thread-safe.
/// </summary>
sealed class CharsetGuess
{
    const int MaxHeld = 1 << 14;
    const int PieceBytes = 1024;

    byte[] _held = [];
    int _count;
    Decoder? _decoder;

    public void Clear()
    {
        _count = 0;
        _decoder = null;
    }

    /// <summary>Writes the text that can be decoded so far.</summary>
    public void Write(ReadOnlySpan<byte> octets, ITextFilter output)
    {
        while (!octets.IsEmpty)
        {
            if (_decoder is not null)
            {
                Decode(_decoder, octets, output, flush: false);
                return;
            }
            var taken = _count == 0 ? WritePlain(octets, output) : Hold(octets);
            octets = octets[taken..];
            if (_count == MaxHeld)
            {
                Decide(output, IncompleteTail(_held));
            }
        }
    }

    /// <summary>Writes the held text. Call once per text.</summary>
    public void Complete(ITextFilter output)
    {
        Decide(output, incomplete: 0);
        if (_decoder is not null)
        {
            Decode(_decoder, [], output, flush: true);
        }
    }

    // Writes up to the first byte that indicates a charset.
    int WritePlain(ReadOnlySpan<byte> octets, ITextFilter output)
    {
        var plain = octets.IndexOfAny(Charsets.Telling);
        plain = plain < 0 ? octets.Length : plain;
        WriteAscii(octets[..plain], output);
        return plain < octets.Length ? plain + Hold(octets[plain..]) : plain;
    }

    int Hold(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, MaxHeld - _count)];
        if (_held.Length < _count + octets.Length)
        {
            Array.Resize(ref _held, Math.Min(MaxHeld, Math.Max(_count + octets.Length, _held.Length * 2)));
        }
        octets.CopyTo(_held.AsSpan(_count));
        _count += octets.Length;
        return octets.Length;
    }

    // An incomplete character at the end of the held bytes does not rule out UTF-8.
    static int IncompleteTail(ReadOnlySpan<byte> held)
    {
        for (var i = 1; i < 4; i++)
        {
            if (held[^i] is < 0x80 or >= 0xC0)
            {
                return held[^i] < 0x80 ? 0 : i;
            }
        }
        return 0;
    }

    void Decide(ITextFilter output, int incomplete)
    {
        var held = _held.AsSpan(0, _count);
        _count = 0;
        if (held.IsEmpty)
        {
            return;
        }
        var charset = Charsets.Guess(held[..^incomplete]);
        if (charset == Encoding.ASCII)
        {
            // Only escape characters so far: the rest can be in any charset.
            WriteAscii(held, output);
            return;
        }
        _decoder = charset.GetDecoder();
        Decode(_decoder, held, output, flush: false);
    }

    static void WriteAscii(ReadOnlySpan<byte> octets, ITextFilter output)
    {
        Span<char> chars = stackalloc char[PieceBytes];
        while (!octets.IsEmpty)
        {
            var piece = octets[..Math.Min(octets.Length, PieceBytes)];
            octets = octets[piece.Length..];
            output.Write(chars[..Encoding.ASCII.GetChars(piece, chars)]);
        }
    }

    static void Decode(Decoder decoder, ReadOnlySpan<byte> octets, ITextFilter output, bool flush)
    {
        Span<char> chars = stackalloc char[PieceBytes + 16];
        do
        {
            var piece = octets[..Math.Min(octets.Length, PieceBytes)];
            octets = octets[piece.Length..];
            var count = decoder.GetChars(piece, chars, flush && octets.IsEmpty);
            output.Write(chars[..count]);
        }
        while (!octets.IsEmpty);
    }
}
