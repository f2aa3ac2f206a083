using System.Buffers;
using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Headers;

/// <summary>An id without angle brackets; true if it had none in the field.</summary>
readonly record struct ReadMessageId(string Text, bool IsBare);

/// <summary>
/// Reads the ids of an unfolded field (RFC 5322 §3.6.4) in one pass: ids in angle brackets, and words with "@" outside
/// of brackets and comments, which some senders write. Of such words in other text, only a single one counts, and only
/// if no id has brackets: others can be addresses.
/// </summary>
ref struct MessageIdParser
{
    const int MaxOctets = 998;

    static readonly SearchValues<byte> AngleEnd = SearchValues.Create("<>"u8);
    static readonly SearchValues<byte> WordEnd = SearchValues.Create(" \t\r\n,;<>()\""u8);

    readonly List<ReadMessageId> _ids = [];

    // After this position, no "<" is closed.
    readonly int _lastClose;
    FieldLexer _lexer;
    bool _hasOpenComment;
    int _words;

    MessageIdParser(ReadOnlySpan<byte> text)
    {
        _lexer = new FieldLexer(text);
        _lastClose = text.LastIndexOf((byte)'>');
    }

    /// <summary>Returns the ids in their order.</summary>
    public static List<ReadMessageId> Parse(ReadOnlySpan<byte> text)
    {
        var parser = new MessageIdParser(text);
        return parser.Parse();
    }

    List<ReadMessageId> Parse()
    {
        while (!SkipSeparators())
        {
            if (_lexer.Peek == '<' && _lexer.Position < _lastClose)
            {
                ReadAngle();
            }
            else if (_lexer.Peek == '"')
            {
                AddBare(_lexer.QuotedString());
            }
            else
            {
                _lexer.TrySkip('<');
                AddBare(_lexer.Until(WordEnd));
            }
        }
        var bare = _ids.Count(id => id.IsBare);
        return bare == _words || (bare == 1 && _ids.Count == 1) ? _ids : _ids.FindAll(id => !id.IsBare);
    }

    // Returns true at the end.
    bool SkipSeparators()
    {
        while (!_lexer.AtEnd)
        {
            _lexer.SkipSpace();
            if (_lexer.Peek == '(' && !_hasOpenComment)
            {
                _hasOpenComment = !_lexer.IsClosed();
                if (!_hasOpenComment)
                {
                    _lexer.Comment();
                }
            }
            else if (_lexer.Peek is (byte)',' or (byte)';' or (byte)'(' or (byte)')' or (byte)'>')
            {
                _lexer.Skip();
            }
            else
            {
                break;
            }
        }
        return _lexer.AtEnd;
    }

    // msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]; whitespace inside, caused by folding at the wrong position,
    // is dropped.
    void ReadAngle()
    {
        _lexer.Skip();
        var content = _lexer.Until(AngleEnd);
        if (_lexer.TrySkip('>'))
        {
            Add(content, isBare: false);
        }
        else
        {
            // A second "<": the first was not closed.
            AddBare(content.Trim(" \t"u8));
        }
    }

    void AddBare(ReadOnlySpan<byte> word)
    {
        _words += word.IsEmpty ? 0 : 1;
        var at = word.IndexOf((byte)'@');
        if (at > 0 && at < word.Length - 1 && !word.ContainsAny(WordEnd))
        {
            Add(word, isBare: true);
        }
    }

    readonly void Add(ReadOnlySpan<byte> content, bool isBare)
    {
        if (content.Length > MaxOctets)
        {
            return;
        }
        var kept = content.ToArray().Where(c => c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or 0)).ToArray();
        var id = StorableText.Clean(Charsets.Decode(null, kept));
        if (id.Length > 0)
        {
            _ids.Add(new ReadMessageId(id, isBare));
        }
    }
}
