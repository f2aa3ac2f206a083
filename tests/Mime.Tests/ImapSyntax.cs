using System.Globalization;
using System.Text;

namespace AgentPost.Mime.Tests;

/// <summary>The ABNF of RFC 9051 §9 for ENVELOPE and BODYSTRUCTURE, written a second time and strictly, to judge what was rendered.</summary>
sealed class ImapSyntax
{
    readonly byte[] _text;
    int _next;

    ImapSyntax(ReadOnlySpan<byte> text)
    {
        _text = text.ToArray();
    }

    public static bool IsEnvelope(ReadOnlySpan<byte> text) => Matches(text, syntax => syntax.Envelope());

    public static bool IsBodyStructure(ReadOnlySpan<byte> text) => Matches(text, syntax => syntax.Body(hasExtension: true));

    public static bool IsBody(ReadOnlySpan<byte> text) => Matches(text, syntax => syntax.Body(hasExtension: false));

    static bool Matches(ReadOnlySpan<byte> text, Action<ImapSyntax> production)
    {
        var syntax = new ImapSyntax(text);
        try
        {
            production(syntax);
            return syntax._next == syntax._text.Length;
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            Console.WriteLine($"{e.Message} at {syntax._next}: {Encoding.UTF8.GetString(text)}");
            return false;
        }
    }

    char Peek => _next < _text.Length ? (char)_text[_next] : '\0';

    void Expect(string text)
    {
        foreach (var c in text)
        {
            if (Peek != c)
            {
                throw new FormatException($"expected {text}");
            }
            _next++;
        }
    }

    bool Try(string text)
    {
        var found = _text.AsSpan(_next).StartsWith(Encoding.ASCII.GetBytes(text));
        _next += found ? text.Length : 0;
        return found;
    }

    void Envelope()
    {
        Expect("(");
        NString();
        Expect(" ");
        NString();
        for (var i = 0; i < 6; i++)
        {
            Expect(" ");
            Addresses();
        }
        Expect(" ");
        NString();
        Expect(" ");
        NString();
        Expect(")");
    }

    void Addresses()
    {
        if (Try("NIL"))
        {
            return;
        }
        Expect("(");
        do
        {
            Expect("(");
            NString();
            Expect(" ");
            NString();
            Expect(" ");
            NString();
            Expect(" ");
            NString();
            Expect(")");
        }
        while (Peek != ')');
        Expect(")");
    }

    void Body(bool hasExtension)
    {
        Expect("(");
        if (Peek == '(')
        {
            do
            {
                Body(hasExtension);
            }
            while (Peek == '(');
            Expect(" ");
            String();
            if (hasExtension)
            {
                Expect(" ");
                Parameters();
                DispositionLanguageLocation();
            }
            Expect(")");
            return;
        }
        Leaf(hasExtension);
        if (hasExtension)
        {
            Expect(" ");
            NString();
            DispositionLanguageLocation();
        }
        Expect(")");
    }

    void Leaf(bool hasExtension)
    {
        var type = String();
        Expect(" ");
        var subtype = String();
        Expect(" ");
        Parameters();
        Expect(" ");
        NString();
        Expect(" ");
        NString();
        Expect(" ");
        String();
        Expect(" ");
        Number();
        if (type == "MESSAGE" && subtype is "RFC822" or "GLOBAL")
        {
            Expect(" ");
            Envelope();
            Expect(" ");
            Body(hasExtension);
        }
        else if (type != "TEXT")
        {
            return;
        }
        Expect(" ");
        Number();
    }

    void DispositionLanguageLocation()
    {
        Expect(" ");
        if (!Try("NIL"))
        {
            Expect("(");
            String();
            Expect(" ");
            Parameters();
            Expect(")");
        }
        Expect(" ");
        if (Try("("))
        {
            String();
            while (Try(" "))
            {
                String();
            }
            Expect(")");
        }
        else
        {
            NString();
        }
        Expect(" ");
        NString();
    }

    void Parameters()
    {
        if (Try("NIL"))
        {
            return;
        }
        Expect("(");
        do
        {
            String();
            Expect(" ");
            String();
        }
        while (Try(" "));
        Expect(")");
    }

    void NString()
    {
        if (!Try("NIL"))
        {
            String();
        }
    }

    string String()
    {
        var text = new List<byte>();
        if (Try("{"))
        {
            var length = Number();
            Expect("}\r\n");
            text.AddRange(_text.AsSpan(_next, length));
            _next += length;
            return text.Contains(0) ? throw new FormatException("NUL in a literal") : Encoding.UTF8.GetString([.. text]);
        }
        Expect("\"");
        while (Peek != '"')
        {
            if (Peek is '\r' or '\n' or '\0' or > '\x7f')
            {
                throw new FormatException("not for a quoted string");
            }
            _next += Peek == '\\' ? 1 : 0;
            text.Add(_text[_next++]);
        }
        Expect("\"");
        return Encoding.UTF8.GetString([.. text]);
    }

    int Number()
    {
        var start = _next;
        while (char.IsAsciiDigit(Peek))
        {
            _next++;
        }
        return int.Parse(Encoding.ASCII.GetString(_text, start, _next - start), CultureInfo.InvariantCulture);
    }
}
