using System.Buffers;
using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Transfer;

/// <summary>Encodes the values of extended parameters (RFC 2231 §7).</summary>
static class PercentEncoding
{
    // attribute-char: a token character other than "*", "'" and "%".
    static readonly SearchValues<byte> AttributeOctets =
        SearchValues.Create("!#$&+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    public static string Encode(ReadOnlySpan<byte> octets)
    {
        var encoded = new StringBuilder(octets.Length);
        foreach (var octet in octets)
        {
            _ = AttributeOctets.Contains(octet)
                ? encoded.Append((char)octet)
                : encoded.Append('%').Append(HexDigits.Write(octet));
        }
        return encoded.ToString();
    }
}
