using System.Globalization;
using System.Text;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Tnef;

/// <summary>
/// Converts RTF that arrives in pieces to readable text: characters, paragraphs, lines and tabs. Skips everything else,
/// and the tags of HTML inside RTF (MS-OXRTFEX). Linear time; memory is bounded by the text. Not thread-safe.
/// </summary>
sealed class RtfText(StringBuilder output)
{
    const int MaxDepth = 200;
    const int MaxWord = 32;

    static readonly HashSet<string> Hidden =
    [
        "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "objdata", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "generator",
        "themedata", "colorschememapping", "listtable", "listoverridetable", "rsidtbl", "xmlnstbl", "datastore", "latentstyles", "fldinst", "htmltag", "mhtmltag", "pntext", "bkmkstart", "bkmkend",
    ];

    readonly Stack<Group> _groups = new();
    readonly StringBuilder _word = new();
    readonly StringBuilder _number = new();

    // Consecutive characters in the document's charset; several bytes can form one character.
    readonly List<byte> _encoded = [];
    Encoding? _charset;
    Group _group = new(IsHidden: false, Fallback: 1);
    Place _place;
    int _tooDeep;
    int _fallback;
    long _binary;
    bool _isHtmlRtf;

    enum Place : byte
    {
        Text,
        Backslash,
        Word,
        Number,
        Hex,
    }

    public void Write(ReadOnlySpan<byte> rtf)
    {
        foreach (var octet in rtf)
        {
            if (_binary > 0)
            {
                _binary--;
            }
            else
            {
                Read(octet);
            }
        }
    }

    public void Complete()
    {
        EndWord();
        Flush();
    }

    void Read(byte octet)
    {
        var c = (char)octet;
        switch (_place)
        {
            case Place.Backslash:
                ReadControl(c);
                break;
            case Place.Word when char.IsAsciiLetter(c):
                Append(_word, c);
                break;
            case Place.Word when c is '-' || char.IsAsciiDigit(c):
            case Place.Number when char.IsAsciiDigit(c):
                Append(_number, c);
                _place = Place.Number;
                break;
            case Place.Word or Place.Number:
                EndWord();
                if (c != ' ' && _binary == 0)
                {
                    Read(octet);
                }
                break;
            case Place.Hex:
                ReadHex(c);
                break;
            default:
                ReadText(c);
                break;
        }
    }

    static void Append(StringBuilder word, char c)
    {
        if (word.Length < MaxWord)
        {
            word.Append(c);
        }
    }

    void ReadText(char c)
    {
        switch (c)
        {
            case '\\':
                _place = Place.Backslash;
                break;
            case '{':
                Open();
                break;
            case '}':
                Close();
                break;
            case '\r' or '\n' or '\0':
                break;
            default:
                Encoded((byte)c);
                break;
        }
    }

    void ReadControl(char c)
    {
        _place = Place.Text;
        if (char.IsAsciiLetter(c))
        {
            _word.Clear().Append(c);
            _number.Clear();
            _place = Place.Word;
        }
        else if (c == '\'')
        {
            _number.Clear();
            _place = Place.Hex;
        }
        else if (c == '*')
        {
            // A destination that readers may ignore.
            _group = _group with { IsHidden = true };
        }
        else if (c is '\\' or '{' or '}')
        {
            Encoded((byte)c);
        }
        else if (c is '~' or '_' or '\r' or '\n')
        {
            Text(c switch { '~' => "\u00A0", '_' => "-", _ => "\n" });
        }
    }

    void ReadHex(char c)
    {
        _number.Append(c);
        if (_number.Length < 2)
        {
            return;
        }
        _place = Place.Text;
        if (HexDigits.TryRead((byte)_number[0], (byte)_number[1], out var octet))
        {
            Encoded(octet);
        }
    }

    void EndWord()
    {
        if (_place is not (Place.Word or Place.Number))
        {
            return;
        }
        _place = Place.Text;
        var word = _word.ToString();
        var hasNumber = int.TryParse(_number.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        _fallback = word == "u" ? _fallback : 0;
        if (CharacterOf(word) is { } text)
        {
            // In RTF for readers without HTML support, only these control words show where lines end.
            var isHtmlRtf = _isHtmlRtf;
            _isHtmlRtf = false;
            Text(text);
            _isHtmlRtf = isHtmlRtf;
        }
        else if (Hidden.Contains(word))
        {
            _group = _group with { IsHidden = true };
        }
        else
        {
            Execute(word, hasNumber ? number : null);
        }
    }

    static string? CharacterOf(string word) => word switch
    {
        "par" or "line" or "sect" or "page" or "row" => "\n",
        "tab" or "cell" => "\t",
        "emspace" or "enspace" => " ",
        "emdash" => "—",
        "endash" => "–",
        "bullet" => "•",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        _ => null,
    };

    void Execute(string word, int? number)
    {
        switch (word)
        {
            case "u" when number is { } code:
                Text(((char)(ushort)code).ToString());
                _fallback = _group.Fallback;
                break;
            case "uc":
                _group = _group with { Fallback = Math.Clamp(number ?? 1, 0, 16) };
                break;
            case "ansicpg" when number is { } codePage:
                Flush();
                _charset = Charsets.Find($"cp{codePage}");
                break;
            case "htmlrtf":
                Flush();
                _isHtmlRtf = number != 0;
                break;
            case "bin":
                _binary = Math.Max(0, number ?? 0);
                break;
        }
    }

    void Open()
    {
        Flush();
        if (_groups.Count == MaxDepth)
        {
            _tooDeep++;
            return;
        }
        _groups.Push(_group);
    }

    void Close()
    {
        Flush();
        _fallback = 0;
        if (_tooDeep > 0)
        {
            _tooDeep--;
        }
        else if (_groups.TryPop(out var outer))
        {
            _group = outer;
        }
    }

    // A Unicode character is followed by a replacement that other readers show.
    void Encoded(byte octet)
    {
        if (_fallback > 0)
        {
            _fallback--;
        }
        else if (!_group.IsHidden && !_isHtmlRtf)
        {
            _encoded.Add(octet);
        }
    }

    void Text(string text)
    {
        Flush();
        if (!_group.IsHidden && !_isHtmlRtf)
        {
            output.Append(text);
        }
    }

    void Flush()
    {
        if (_encoded.Count > 0)
        {
            byte[] octets = [.. _encoded];
            output.Append((_charset ?? Charsets.Guess(octets)).GetString(octets));
            _encoded.Clear();
        }
    }

    readonly record struct Group(bool IsHidden, int Fallback);
}
