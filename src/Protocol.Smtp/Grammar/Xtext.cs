using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>
/// xtext (RFC 3461 §4): text in a parameter. "+", "=" and bytes that are not printable ASCII are written as "+" and two
/// hexadecimal digits.
/// </summary>
static class Xtext
{
    public static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = IsPlain((char)octet) ? encoded.Append((char)octet) : encoded.Append(CultureInfo.InvariantCulture, $"+{octet:X2}");
        }
        return encoded.ToString();
    }

    /// <summary>Returns null if the text is not valid xtext, is not UTF-8, or contains control characters.</summary>
    // xtext = *( xchar / hexchar ); hexchar = "+" 2(%x30-39 / %x41-46)
    public static string? Decode(string xtext)
    {
        var octets = new List<byte>();
        for (var at = 0; at < xtext.Length; at++)
        {
            if (xtext[at] != '+')
            {
                if (!IsPlain(xtext[at]))
                {
                    return null;
                }
                octets.Add((byte)xtext[at]);
                continue;
            }
            if (at + 2 >= xtext.Length || !byte.TryParse(xtext.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return null;
            }
            octets.Add(octet);
            at += 2;
        }
        return ArgumentReader.TryDecodeUtf8(octets.ToArray(), out var text) && !text.Any(char.IsControl) ? text : null;
    }

    // xchar = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
    static bool IsPlain(char character) => character is >= '!' and <= '~' and not ('+' or '=');
}
