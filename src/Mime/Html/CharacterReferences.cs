using System.Buffers;
using MimeKit.Text;

namespace AgentPost.Mime.Html;

/// <summary>Decodes character references in text. Not thread-safe.</summary>
sealed class CharacterReferences
{
    /// <summary>Maximum length of a reference, including "&amp;".</summary>
    public const int MaxLength = 40;

    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    readonly HtmlEntityDecoder _decoder = new();

    /// <summary>
    /// Decodes the reference that starts with the "&amp;" at the start of the text. Returns its length; 0 if it is not
    /// a reference.
    /// </summary>
    public int Read(ReadOnlySpan<char> text, out string decoded)
    {
        var length = 1;
        while (length < text.Length && length < MaxLength && (char.IsAsciiLetterOrDigit(text[length]) || (text[length] == '#' && length == 1)))
        {
            length++;
        }
        var hasSemicolon = length < text.Length && text[length] == ';';
        length += hasSemicolon ? 1 : 0;
        decoded = Decode(text[..length], hasSemicolon);
        return decoded.StartsWith('&') && decoded.Length > 1 ? 0 : length;
    }

    // A name without its semicolon counts only if it is the whole word: "&copy=1" and "&region=2" occur in URLs.
    string Decode(ReadOnlySpan<char> reference, bool hasSemicolon)
    {
        _decoder.Reset();
        foreach (var c in reference)
        {
            if (!_decoder.Push(c))
            {
                return IsNumber(reference, hasSemicolon) ? "\uFFFD" : "&?";
            }
        }
        if (!hasSemicolon && reference is ['&', '#', ..])
        {
            // Browsers accept a number without its semicolon; the decoder does not.
            _decoder.Push(';');
        }
        return _decoder.GetValue();
    }

    // A number too large for an integer.
    static bool IsNumber(ReadOnlySpan<char> reference, bool hasSemicolon)
    {
        var digits = hasSemicolon ? reference[..^1] : reference;
        return digits switch
        {
            ['&', '#', 'x' or 'X', _, ..] => !digits[3..].ContainsAnyExcept(HexDigits),
            ['&', '#', _, ..] => !digits[2..].ContainsAnyExceptInRange('0', '9'),
            _ => false,
        };
    }
}
