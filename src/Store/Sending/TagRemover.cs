using AgentPost.Mime.Structure;

namespace AgentPost.Store.Sending;

/// <summary>
/// Passes HTML on without its tags, comments, scripts and style sheets, roughly as a reader sees it. Text that is not
/// HTML may lose parts.
/// </summary>
sealed class TagRemover(IDecodedContent next) : IDecodedContent
{
    const int MaxName = 8;

    readonly byte[] _name = new byte[MaxName];
    int _nameBytes;
    State _state;
    byte _previous;
    byte _quote;
    int _dashes;

    // The element whose content is skipped, and the number of bytes of its end tag that have matched.
    string _hidden = "";
    int _matched;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_state == State.Text)
            {
                var start = bytes.IndexOf((byte)'<');
                next.Write(start < 0 ? bytes : bytes[..start]);
                if (start < 0)
                {
                    return;
                }
                _state = State.Opened;
                bytes = bytes[(start + 1)..];
                continue;
            }
            if (_state == State.Opened && !IsMarkup(bytes[0]))
            {
                next.Write("<"u8);
                _state = State.Text;
                continue;
            }
            _state = Continue(bytes[0]);
            bytes = bytes[1..];
        }
    }

    public void End()
    {
        _state = State.Text;
        next.End();
    }

    static bool IsMarkup(byte character) =>
        char.IsAsciiLetter((char)character) || character is (byte)'/' or (byte)'!' or (byte)'?';

    State Continue(byte character)
    {
        switch (_state)
        {
            case State.Opened:
                (_nameBytes, _previous, _dashes) = (0, 0, 0);
                return character == '!' ? State.Declaration : InName(character);
            case State.Name:
                return InName(character);
            case State.Tag:
                return InTag(character);
            case State.Quoted:
                return character == _quote ? State.Tag : State.Quoted;
            case State.Declaration:
                // "<!-->" and "<!--->" are comments too.
                _dashes = character == '-' ? _dashes + 1 : _dashes;
                return character == '>' ? State.Text
                    : character != '-' ? State.Tag
                    : _dashes == 2 ? State.Comment : State.Declaration;
            case State.Comment:
                var isEnd = character == '>' && _dashes >= 2;
                _dashes = character == '-' ? _dashes + 1 : 0;
                return isEnd ? State.Text : State.Comment;
            default:
                return InHidden(character);
        }
    }

    State InName(byte character)
    {
        if (char.IsAsciiLetterOrDigit((char)character) || character == '/')
        {
            if (_nameBytes < MaxName)
            {
                _name[_nameBytes++] = (byte)(character | 0x20);
            }
            return State.Name;
        }
        return InTag(character);
    }

    // A quote only starts the value of an attribute.
    State InTag(byte character)
    {
        if (character == '>')
        {
            _hidden = _name.AsSpan(0, _nameBytes) switch
            {
                var name when name.SequenceEqual("style"u8) => "</style",
                var name when name.SequenceEqual("script"u8) => "</script",
                _ => "",
            };
            _matched = 0;
            return _hidden.Length > 0 ? State.Hidden : State.Text;
        }
        if (character is (byte)'"' or (byte)'\'' && _previous == '=')
        {
            _quote = character;
            _previous = 0;
            return State.Quoted;
        }
        _previous = char.IsWhiteSpace((char)character) ? _previous : character;
        return State.Tag;
    }

    State InHidden(byte character)
    {
        var lower = character is >= (byte)'A' and <= (byte)'Z' ? (byte)(character | 0x20) : character;
        _matched = lower == _hidden[_matched] ? _matched + 1 : lower == '<' ? 1 : 0;
        if (_matched < _hidden.Length)
        {
            return State.Hidden;
        }
        (_nameBytes, _previous) = (0, 0);
        return State.Tag;
    }

    enum State
    {
        Text,
        Opened,
        Name,
        Tag,
        Quoted,
        Declaration,
        Comment,
        Hidden,
    }
}
