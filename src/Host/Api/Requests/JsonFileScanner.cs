using System.Buffers;

namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Finds the strings <c>attachments[*].content</c> in a JSON object, in pieces of any length. Does not validate the
/// JSON: the remaining bytes go to a parser that does. A key written with escapes is not recognized, which only costs
/// memory.
/// </summary>
sealed class JsonFileScanner
{
    // The nesting of {"attachments":[{"content":""}]}
    const int FileDepth = 3;
    const int MaxKeyBytes = 16;

    static readonly SearchValues<byte> EndsOfText = SearchValues.Create("\"\\"u8);

    readonly byte[] _key = new byte[MaxKeyBytes];
    int _keyBytes;
    int _depth;
    bool _isString;
    bool _isEscape;
    bool _isContent;
    bool _isKey;
    bool _isAfterColon;
    bool _isInAttachments;

    /// <summary>Index in <c>attachments</c> of the file that is being read.</summary>
    public int FileIndex { get; private set; }

    /// <summary>Returns the kind of the next bytes and their number.</summary>
    public JsonFileStep Next(ReadOnlySpan<byte> bytes, out int length)
    {
        if (_isContent)
        {
            length = TextLength(bytes);
            if (length > 0)
            {
                return JsonFileStep.Content;
            }
            (_isContent, _isString, length) = (false, false, 1);
            return JsonFileStep.ContentEnd;
        }
        for (length = 0; length < bytes.Length && !_isContent;)
        {
            if (_isString)
            {
                var text = TextLength(bytes[length..]);
                KeepKey(bytes.Slice(length, text));
                length += text;
                if (length < bytes.Length)
                {
                    length++;
                    _isString = false;
                }
                continue;
            }
            Take(bytes[length++]);
        }
        return JsonFileStep.Other;
    }

    /// <summary>Length of the text up to the closing quote, which may be in a later piece.</summary>
    int TextLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (length < bytes.Length)
        {
            if (_isEscape)
            {
                _isEscape = false;
                length++;
                continue;
            }
            var next = bytes[length..].IndexOfAny(EndsOfText);
            if (next < 0)
            {
                return bytes.Length;
            }
            length += next;
            if (bytes[length] == '"')
            {
                return length;
            }
            _isEscape = true;
            length++;
        }
        return length;
    }

    void Take(byte octet)
    {
        switch (octet)
        {
            case (byte)'"':
                BeginString();
                break;
            case (byte)'{' or (byte)'[':
                Open(octet);
                break;
            case (byte)'}' or (byte)']':
                _depth--;
                _isInAttachments &= _depth >= FileDepth - 1;
                _isAfterColon = false;
                break;
            case (byte)':':
                _isAfterColon = true;
                break;
            case (byte)',':
                _isAfterColon = false;
                if (_isInAttachments && _depth == FileDepth - 1)
                {
                    FileIndex++;
                }
                break;
        }
    }

    void BeginString()
    {
        _isString = true;
        _isKey = !_isAfterColon;
        _isContent = _isAfterColon && _isInAttachments && _depth == FileDepth && IsKey("content"u8);
        _isAfterColon = false;
        _keyBytes = _isKey ? 0 : _keyBytes;
    }

    void Open(byte bracket)
    {
        if (_depth == 1 && bracket == '[' && _isAfterColon && IsKey("attachments"u8))
        {
            (_isInAttachments, FileIndex) = (true, 0);
        }
        _depth++;
        _isAfterColon = false;
        _keyBytes = 0;
    }

    // A key that does not fit cannot be one of the expected keys.
    void KeepKey(ReadOnlySpan<byte> text)
    {
        if (_isKey)
        {
            text[..Math.Min(text.Length, MaxKeyBytes - _keyBytes)].CopyTo(_key.AsSpan(_keyBytes));
            _keyBytes = Math.Min(_keyBytes + text.Length, MaxKeyBytes);
        }
    }

    bool IsKey(ReadOnlySpan<byte> name) => _key.AsSpan(0, _keyBytes).SequenceEqual(name);
}

/// <summary>Kinds of bytes in a JSON body.</summary>
enum JsonFileStep
{
    /// <summary>Everything except the content of a file.</summary>
    Other,

    /// <summary>Content of a file, with its JSON escapes.</summary>
    Content,

    /// <summary>The closing quote of the content.</summary>
    ContentEnd,
}
