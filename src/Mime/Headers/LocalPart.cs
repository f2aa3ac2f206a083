using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// The local part of an address (RFC 5322 §3.4.1), in one spelling that can be compared: a dot-atom unchanged, anything
/// else as a quoted string. A text with dots at the ends or next to each other is not a dot-atom; some carriers assign
/// such addresses.
/// </summary>
public static class LocalPart
{
    // atext, and the dot that joins atoms.
    static readonly SearchValues<char> AtomText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Writes a local part that is not quoted.</summary>
    public static string Write(string text) =>
        IsDotAtom(text)
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Returns the text of a local part without quotes. Returns an unquoted text unchanged.</summary>
    public static string Read(string local)
    {
        if (local is not ['"', .. var quoted, '"'])
        {
            return local;
        }
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            i += quoted[i] == '\\' && i + 1 < quoted.Length ? 1 : 0;
            text.Append(quoted[i]);
        }
        return text.ToString();
    }

    /// <summary>Returns the address with its local part in the one spelling; a text without "@" unchanged.</summary>
    public static string Normalize(string address) =>
        address.LastIndexOf('@') is >= 0 and var at ? $"{Write(Read(address[..at]))}{address[at..]}" : address;

    // dot-atom-text = 1*atext *("." 1*atext), with UTF8-non-ascii (RFC 6532 §3.2)
    static bool IsDotAtom(string text)
    {
        foreach (var c in text)
        {
            if (c < 0x80 && !AtomText.Contains(c))
            {
                return false;
            }
        }
        return text.Length > 0 && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal);
    }
}
