using System.Buffers;

namespace AgentPost.Mime.Headers;

/// <summary>Finds text that looks like an address, like a program that does not know the grammar.</summary>
static class AddressTokens
{
    static readonly SearchValues<char> Specials = SearchValues.Create(" \t()<>[]:;,\"\\@'");

    public static IEnumerable<string> In(string text)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var start = text.AsSpan(0, at).LastIndexOfAny(Specials) + 1;
            var length = text.AsSpan(at + 1).IndexOfAny(Specials);
            var end = length < 0 ? text.Length : at + 1 + length;
            var domain = text[(at + 1)..end].Trim('.');
            if (start < at && domain.Length > 0)
            {
                yield return $"{text[start..at]}@{domain}";
            }
        }
    }
}
