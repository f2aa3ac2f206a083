using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Mailbox names in an IMAP4rev1 session: modified UTF-7 (RFC 3501 §5.1.3). Only the canonical form is accepted, so
/// that each name has one spelling: no printable ASCII in base64, no shift directly after a shift, no padding bits, no
/// lone surrogates.
/// </summary>
public static class ModifiedUtf7
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

    public static string Encode(string name)
    {
        var encoded = new StringBuilder(name.Length);
        for (var at = 0; at < name.Length;)
        {
            if (IsDirect(name[at]))
            {
                encoded.Append(name[at]);
                encoded.Append(name[at++] == '&' ? "-" : "");
                continue;
            }
            var run = at;
            while (run < name.Length && !IsDirect(name[run]))
            {
                run++;
            }
            AppendBase64(encoded, name.AsSpan(at, run - at));
            at = run;
        }
        return encoded.ToString();
    }

    /// <summary>Returns false if the text is not the canonical encoding of a name.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out string? name)
    {
        name = null;
        var decoded = new StringBuilder(encoded.Length);
        for (var at = 0; at < encoded.Length;)
        {
            if (!IsDirect((char)encoded[at]))
            {
                return false;
            }
            if (encoded[at] != '&')
            {
                decoded.Append((char)encoded[at++]);
                continue;
            }
            var length = encoded[at..].IndexOf((byte)'-');
            if (length < 0 || !TryAppendRun(decoded, encoded.Slice(at + 1, length - 1)))
            {
                return false;
            }
            at += length + 1;
        }
        var text = decoded.ToString();
        if (!IsWellFormed(text) || !Ascii.Equals(encoded, Encode(text)))
        {
            return false;
        }
        name = text;
        return true;
    }

    static bool IsDirect(char c) => c is >= ' ' and <= '~';

    static void AppendBase64(StringBuilder encoded, ReadOnlySpan<char> run)
    {
        encoded.Append('&');
        var bits = 0;
        var count = 0;
        foreach (var unit in run)
        {
            bits = bits << 16 | unit;
            count += 16;
            while (count >= 6)
            {
                count -= 6;
                encoded.Append(Alphabet[bits >> count & 63]);
            }
            bits &= (1 << count) - 1;
        }
        if (count > 0)
        {
            encoded.Append(Alphabet[bits << (6 - count) & 63]);
        }
        encoded.Append('-');
    }

    static bool TryAppendRun(StringBuilder decoded, ReadOnlySpan<byte> run)
    {
        if (run.IsEmpty)
        {
            decoded.Append('&');
            return true;
        }
        var bits = 0;
        var count = 0;
        foreach (var octet in run)
        {
            var digit = Alphabet.IndexOf((char)octet, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }
            bits = bits << 6 | digit;
            count += 6;
            if (count >= 16)
            {
                count -= 16;
                decoded.Append((char)(bits >> count));
                bits &= (1 << count) - 1;
            }
        }
        return true;
    }

    static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }
            at++;
        }
        return true;
    }
}
