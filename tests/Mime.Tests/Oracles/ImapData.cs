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

    /// <summary>The FETCH responses among the lines of a server, by message number.</summary>
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
            var items = (object?[])Value()!;
            fetches[int.Parse(words[1], CultureInfo.InvariantCulture)] =
                items.Chunk(2).ToDictionary(pair => (string)pair[0]!, pair => pair[1]);
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
            case (byte)'{':
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
        var line = Line();
        var length = int.Parse(line[1..line.IndexOf('}')], CultureInfo.InvariantCulture);
        _next += length;
        return octets[(_next - length).._next];
    }

    string? Atom()
    {
        var length = octets.AsSpan(_next).IndexOfAny(" ()\r"u8);
        var atom = Encoding.Latin1.GetString(octets, _next, length < 0 ? octets.Length - _next : length);
        _next += atom.Length;
        return atom == "NIL" ? null : atom;
    }
}

enum ImapCase
{
    Kept,
    Ignored,
}
