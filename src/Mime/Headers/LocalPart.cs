using System.Buffers;
using System.Text;

namespace AgentPost.Mime.Headers;

/// <summary>
/// The local part of an address (RFC 5322 §3.4.1). In one spelling, which compares: a dot-atom as it is, anything else
/// as a quoted string. Dots at the ends or next to each other, which some carriers hand out, are not a dot-atom.
/// </summary>
public static class LocalPart
{
    // atext, and the dot that joins atoms
    static readonly SearchValues<char> AtomText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Writes a local part that is not quoted.</summary>
    public static string Write(string text) =>
        IsDotAtom(text)
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Returns the text of a local part, without quotes; what is not quoted as it is.</summary>
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

    /// <summary>The address with its local part in the one spelling; without "@", the text itself.</summary>
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
