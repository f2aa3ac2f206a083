using System.Text;

namespace AgentPost.Mime;

/// <summary>Gathers header fields and folds them (RFC 5322 §2.1.1, §2.2.3): before a word that would pass the preferred length of a line.</summary>
sealed class FieldFolder
{
    /// <summary>Without the line end.</summary>
    public const int PreferredOctets = 78;

    /// <summary>The longest word that fits into a line with its blank.</summary>
    public const int MaxWordOctets = 997;

    readonly StringBuilder _text = new();
    bool _isValueEmpty;

    /// <summary>Octets on the line so far.</summary>
    public int Column { get; private set; }

    /// <summary>Characters beyond ASCII were written: the message needs SMTPUTF8 (RFC 6532).</summary>
    public bool HasUtf8 { get; private set; }

    public void Begin(string name)
    {
        _text.Append(name).Append(':');
        Column = name.Length + 1;
        _isValueEmpty = true;
    }

    /// <summary>Writes a blank, or folds, then the word, which is not divided.</summary>
    public void Word(string word)
    {
        var octets = Encoding.UTF8.GetByteCount(word);
        if (octets > MaxWordOctets)
        {
            throw new ArgumentException("a word of a header field is too long for a line", nameof(word));
        }
        // The first line of a field is not left empty: there are readers that stumble over it.
        var folds = Column + 1 + octets > PreferredOctets && (!_isValueEmpty || Column + 1 + octets > MaxWordOctets);
        _text.Append(folds ? "\r\n " : " ").Append(word);
        Column = (folds ? 1 : Column + 1) + octets;
        HasUtf8 |= octets != word.Length;
        _isValueEmpty = false;
    }

    /// <summary>Text of many words.</summary>
    public void Words(string text)
    {
        foreach (var word in text.Split(' '))
        {
            Word(word);
        }
    }

    /// <summary>Directly behind what is written; a few octets that may stand beyond the preferred length.</summary>
    public void Append(string text)
    {
        _text.Append(text);
        Column += text.Length;
    }

    public void End() => _text.Append("\r\n");

    public byte[] ToArray() => Encoding.UTF8.GetBytes(_text.ToString());
}
