using System.Buffers;
using System.Text;

namespace AgentPost.Mime;

/// <summary>Writes text as encoded words (RFC 2047) in UTF-8, each of whole characters.</summary>
static class EncodedWordWriter
{
    const string Start = "=?utf-8?";
    const string End = "?=";

    /// <summary>RFC 2047 §2</summary>
    public const int MaxOctets = 75;

    /// <summary>So that at least one character fits: the longest takes twelve.</summary>
    public const int MinOctets = 24;

    // What "Q" leaves as it is even within a phrase (RFC 2047 §5 rule 3).
    static readonly SearchValues<byte> Plain = SearchValues.Create("!*+-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether a reader could take text that is sent as it is for something else, or lose some of it.</summary>
    public static bool IsNeeded(string text) =>
        !FieldValue.IsPrintableAscii(text) || text.StartsWith(' ') || text.EndsWith(' ')
        || text.Contains("  ", StringComparison.Ordinal) || text.Contains("=?", StringComparison.Ordinal);

    /// <summary>Appends the text to the line of the folder, in as many words and lines as it needs.</summary>
    public static void Write(FieldFolder folder, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        // Whichever is shorter: "Q" is readable, "B" is good for scripts that have few ASCII letters.
        var escaped = octets.Count(o => !Plain.Contains(o) && o != ' ');
        var isBase64 = octets.Length + 2 * escaped > (octets.Length + 2) / 3 * 4;
        var next = 0;
        while (next < octets.Length)
        {
            // Room that is left on the line; a new line begins where too little is.
            var room = FieldFolder.PreferredOctets - 2 - folder.Column - 1;
            room = room < MinOctets ? MaxOctets : Math.Min(room, MaxOctets);
            var length = Fit(octets.AsSpan(next), room - Start.Length - 2 - End.Length, isBase64);
            var word = octets.AsSpan(next, length);
            folder.Word($"{Start}{(isBase64 ? "B?" + Convert.ToBase64String(word) : "Q?" + Q(word))}{End}");
            next += length;
        }
    }

    // Octets of whole characters of which the encoded form fits.
    static int Fit(ReadOnlySpan<byte> octets, int room, bool isBase64)
    {
        var length = 0;
        var encoded = 0;
        while (length < octets.Length)
        {
            Rune.DecodeFromUtf8(octets[length..], out _, out var count);
            encoded += isBase64 ? 0 : EncodedLength(octets.Slice(length, count));
            if ((isBase64 ? (length + count + 2) / 3 * 4 : encoded) > room)
            {
                break;
            }
            length += count;
        }
        return length;
    }

    static int EncodedLength(ReadOnlySpan<byte> octets)
    {
        var length = 0;
        foreach (var octet in octets)
        {
            length += Plain.Contains(octet) || octet == ' ' ? 1 : 3;
        }
        return length;
    }

    static string Q(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets)
        {
            _ = octet == ' ' ? text.Append('_') : Plain.Contains(octet) ? text.Append((char)octet) : text.Append('=').Append(HexDigits.Write(octet));
        }
        return text.ToString();
    }
}
