using System.Globalization;

namespace AgentPost.Mime.Characters;

/// <summary>Reads and writes a byte as two hexadecimal digits, upper or lower case.</summary>
static class HexDigits
{
    public static bool TryRead(byte high, byte low, out byte octet)
    {
        octet = 0;
        if (!char.IsAsciiHexDigit((char)high) || !char.IsAsciiHexDigit((char)low))
        {
            return false;
        }
        octet = (byte)((Value(high) << 4) | Value(low));
        return true;
    }

    /// <summary>Writes two digits in upper case.</summary>
    public static string Write(byte octet) => octet.ToString("X2", CultureInfo.InvariantCulture);

    static int Value(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
