using System.Diagnostics.CodeAnalysis;

namespace AgentPost.Store.Model;

/// <summary>
/// Formats a UUIDv7 as <c>prefix_</c> and 26 characters of lower-case base32 (RFC 4648 §7, no padding), so that ids
/// sort by time.
/// </summary>
static class PrefixedId
{
    // The "extended hex" alphabet of RFC 4648 §7 preserves the order of the bytes.
    const string Alphabet = "0123456789abcdefghijklmnopqrstuv";
    const int Digits = 26;

    public static string Format(string prefix, Guid value)
    {
        Span<byte> octets = stackalloc byte[16];
        value.TryWriteBytes(octets, bigEndian: true, out _);
        Span<char> text = stackalloc char[Digits];
        for (var digit = 0; digit < Digits; digit++)
        {
            text[digit] = Alphabet[FiveBits(octets, digit * 5)];
        }
        return string.Concat(prefix, text);
    }

    public static bool TryParse(string prefix, [NotNullWhen(true)] string? text, out Guid value)
    {
        value = default;
        if (text is null || text.Length != prefix.Length + Digits || !text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }
        var number = UInt128.Zero;
        for (var digit = 0; digit < Digits; digit++)
        {
            var bits = Alphabet.IndexOf(text[prefix.Length + digit], StringComparison.Ordinal);
            if (bits < 0)
            {
                return false;
            }
            // 26 digits have 130 bits, so only the upper three bits of the last digit are used.
            number = digit == Digits - 1 ? number << 3 | (uint)(bits >> 2) : number << 5 | (uint)bits;
        }
        Span<byte> octets = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(octets, number);
        value = new Guid(octets, bigEndian: true);
        return Format(prefix, value) == text;
    }

    static int FiveBits(ReadOnlySpan<byte> octets, int bit)
    {
        var word = octets[bit >> 3] << 8 | (bit >> 3 < 15 ? octets[(bit >> 3) + 1] : 0);
        return word >> (11 - (bit & 7)) & 31;
    }
}
