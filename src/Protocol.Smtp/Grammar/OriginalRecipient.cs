using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentPost.Protocol.Smtp.Grammar;

/// <summary>ORCPT (RFC 3461 §4.2, RFC 6533 §3): the recipient that the sender originally specified.</summary>
static partial class OriginalRecipient
{
    /// <summary>
    /// Decodes ORCPT to <c>type;address</c>. An address of type <c>utf-8</c> is escaped to ASCII, so that it does not
    /// require SMTPUTF8; DSNs show this form. Returns null if the value is invalid.
    /// </summary>
    // original-recipient-address = addr-type ";" xtext; addr-type = atom
    public static string? Decode(string value)
    {
        var (type, address) = value.Split(';', 2) is [var before, var after] ? (before, after) : ("", "");
        if (!AddressType().IsMatch(type) || address.Length == 0)
        {
            return null;
        }
        var decoded = type.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? Escape(address) : Xtext.Decode(address);
        return decoded is null ? null : $"{type};{decoded}";
    }

    // utf-8-addr-xtext = 1*(QCHAR / EmbeddedUnicodeChar); utf-8-addr-unitext = 1*(QUCHAR / EmbeddedUnicodeChar)
    static string? Escape(string address)
    {
        if (!InternationalAddress().IsMatch(address))
        {
            return null;
        }
        var escaped = new StringBuilder();
        foreach (var rune in address.EnumerateRunes())
        {
            _ = rune.IsAscii ? escaped.Append(rune) : escaped.Append(@"\x{").Append(rune.Value.ToString("X", CultureInfo.InvariantCulture)).Append('}');
        }
        return escaped.ToString();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*/?^_`{|}~-]+\z")]
    private static partial Regex AddressType();

    // QUCHAR = %x21-2a / %x2c-3c / %x3e-5b / %x5d-7e / UTF8-non-ascii; EmbeddedUnicodeChar = "\x{" HEXPOINT "}"
    [GeneratedRegex(@"\A(?:[!-*,-<>-\[\]-~]|[^\x00-\x9f]|\\x\{[0-9A-F]{2,6}\})+\z")]
    private static partial Regex InternationalAddress();
}
