namespace AgentPost.Mime.Transfer;

/// <summary>
/// Decodes base64 (RFC 2045 §6.8). Skips characters outside the alphabet. Padding ends a quantum; another may follow.
/// </summary>
sealed class Base64Decoder : TransferDecoder
{
    const byte Foreign = 255;

    static readonly byte[] Values = CreateValues();

    int _bits;
    int _bitCount;

    public override int Decode(ReadOnlySpan<byte> encoded, Span<byte> output)
    {
        var count = 0;
        foreach (var octet in encoded)
        {
            if (octet == '=')
            {
                _bitCount = 0;
                continue;
            }
            var value = Values[octet];
            if (value == Foreign)
            {
                continue;
            }
            _bits = (_bits << 6) | value;
            _bitCount += 6;
            if (_bitCount >= 8)
            {
                _bitCount -= 8;
                output[count++] = (byte)(_bits >> _bitCount);
            }
        }
        return count;
    }

    /// <summary>Bits that do not complete a byte are padding.</summary>
    public override int Complete(Span<byte> output) => 0;

    static byte[] CreateValues()
    {
        var values = new byte[256];
        Array.Fill(values, Foreign);
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var i = 0; i < alphabet.Length; i++)
        {
            values[alphabet[i]] = (byte)i;
        }
        return values;
    }
}
