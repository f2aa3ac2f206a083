using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>Reads IMAP data (RFC 9051 §4) into lists of objects: a string is a byte[], an atom or number a string, NIL null, a list an object?[].</summary>
sealed class ImapData(byte[] octets)
{
    int _next;

    public bool AtEnd => _next >= octets.Length;

    public static object? Parse(ReadOnlySpan<byte> octets) => new ImapData(octets.ToArray()).Value();

    /// <summary>The value in one notation, whatever way it was written in; names and strings in upper case where case does not matter.</summary>
    public static string Normal(object? value, ImapCase letters = ImapCase.Kept) => value switch
    {
        null => "NIL",
        byte[] text when letters == ImapCase.Ignored => $"\"{Encoding.Latin1.GetString(text).ToUpperInvariant()}\"",
        byte[] text => $"\"{Encoding.Latin1.GetString(text)}\"",
        // body-fld-lang: a language alone may stand in a list.
        object?[] and [byte[] alone] => Normal(alone, letters),
        object?[] list => $"({string.Join(' ', list.Select(item => Normal(item, letters)))})",
        _ => value.ToString() ?? "",
    };

    /// <summary>The FETCH responses among the lines of a server, by message number; several to one message are put together.</summary>
    public Dictionary<int, Dictionary<string, object?>> Fetches()
    {
        var fetches = new Dictionary<int, Dictionary<string, object?>>();
        while (!AtEnd)
        {
            var line = Line();
            var words = line.Split(' ', 4);
            if (words.Length < 4 || words[0] != "*" || words[2] != "FETCH")
            {
                continue;
            }
            _next -= 2 + Encoding.Latin1.GetByteCount(words[3]);
            var number = int.Parse(words[1], CultureInfo.InvariantCulture);
            var items = (object?[])Value()!;
            fetches.TryAdd(number, []);
            foreach (var pair in items.Chunk(2))
            {
                fetches[number].Add((string)pair[0]!, pair[1]);
            }
        }
        return fetches;
    }

    string Line()
    {
        var rest = octets.AsSpan(_next);
        var length = rest.IndexOf("\r\n"u8);
        length = length < 0 ? rest.Length : length;
        _next += Math.Min(length + 2, rest.Length);
        return Encoding.Latin1.GetString(rest[..length]);
    }

    object? Value()
    {
        switch (octets[_next])
        {
            case (byte)'(':
                return List();
            case (byte)'"':
                return Quoted();
            case (byte)'{' or (byte)'~':
                return Literal();
            default:
                return Atom();
        }
    }

    object?[] List()
    {
        var items = new List<object?>();
        _next++;
        while (octets[_next] != ')')
        {
            if (octets[_next] == ' ')
            {
                _next++;
                continue;
            }
            items.Add(Value());
        }
        _next++;
        return [.. items];
    }

    byte[] Quoted()
    {
        var text = new List<byte>();
        for (_next++; octets[_next] != '"'; _next++)
        {
            _next += octets[_next] == '\\' ? 1 : 0;
            text.Add(octets[_next]);
        }
        _next++;
        return [.. text];
    }

    byte[] Literal()
    {
        var line = Line().TrimStart('~');
        var length = int.Parse(line[1..line.IndexOf('}')], CultureInfo.InvariantCulture);
        _next += length;
        return octets[(_next - length).._next];
    }

    // The name of an item may hold a list in brackets.
    string? Atom()
    {
        var rest = octets.AsSpan(_next);
        var length = rest.IndexOfAny(" ()\r["u8);
        length = length >= 0 && rest[length] == '[' ? rest.IndexOf((byte)']') + 1 : length;
        var atom = Encoding.Latin1.GetString(octets, _next, length < 0 ? rest.Length : length);
        _next += atom.Length;
        return atom == "NIL" ? null : atom;
    }
}

enum ImapCase
{
    Kept,
    Ignored,
}
