using System.Buffers;
using AgentPost.Mime.Characters;
using AgentPost.Mime.Structure;
using AgentPost.Mime.Transfer;

namespace AgentPost.Mime.Text;

/// <summary>
/// Extracts uuencoded files (POSIX, uuencode: both forms) from the text of a message, as its decoded bytes arrive. A
/// file needs its "begin" line, an "end" line, and only valid lines between them; otherwise it is text. After
/// <see cref="MaxHeldBytes"/> valid bytes, the "end" line is no longer required, so memory is bounded. Used for the
/// text parts of one message. Not thread-safe.
/// </summary>
sealed class UuencodedFiles
{
    /// <summary>Maximum number of files per message; further files remain text.</summary>
    public const int MaxFiles = 100;

    const int MaxHeldBytes = 1 << 16;
    const int MaxLineBytes = 256;

    static readonly SearchValues<byte> UuCharacters = SearchValues.Create([.. Enumerable.Range(' ', 65).Select(c => (byte)c)]);
    static readonly SearchValues<byte> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    readonly List<EmbeddedFile> _files = [];
    int _count;

    // A possible file, from its "begin" line on; only the last line once the file is certain.
    byte[] _held = [];
    int _heldBytes;
    int _lineStart;
    bool _isAtLineStart;
    bool _isHolding;
    bool _isCertain;

    // Offset of the first held byte, in bytes of the part.
    long _heldOffset;
    long _offset;

    Beginning? _beginning;
    long _start;
    long _size;

    static ReadOnlySpan<byte> Begin => "begin "u8;

    static ReadOnlySpan<byte> BeginBase64 => "begin-base64 "u8;

    /// <summary>Starts the next part.</summary>
    public void BeginPart()
    {
        _files.Clear();
        (_heldBytes, _lineStart, _offset, _heldOffset) = (0, 0, 0, 0);
        (_isAtLineStart, _isHolding, _isCertain, _beginning) = (true, false, false, null);
    }

    /// <summary>Passes on the bytes that are text.</summary>
    public void Write(ReadOnlySpan<byte> bytes, TextBytes output)
    {
        while (!bytes.IsEmpty)
        {
            var taken = _isHolding ? Hold(bytes, output) : Pass(bytes, output);
            _offset += taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>Ends the part. Returns its files; offsets and sizes count its decoded bytes.</summary>
    public IReadOnlyList<EmbeddedFile> EndPart(TextBytes output)
    {
        if (_isHolding && _heldBytes > _lineStart && IsEnd(LineAt(_lineStart)))
        {
            AddFile(_offset);
        }
        else if (_isHolding)
        {
            Release(output);
        }
        return [.. _files];
    }

    // Outside of files: passes whole lines, up to one that can start a file.
    int Pass(ReadOnlySpan<byte> bytes, TextBytes output)
    {
        var length = 0;
        while (length < bytes.Length)
        {
            if (_isAtLineStart && MayBegin(bytes[length..]))
            {
                (_isHolding, _heldOffset) = (true, _offset + length);
                break;
            }
            var lineFeed = bytes[length..].IndexOf((byte)'\n');
            length = lineFeed < 0 ? bytes.Length : length + lineFeed + 1;
            _isAtLineStart = lineFeed >= 0;
        }
        output(bytes[..length]);
        return length;
    }

    bool MayBegin(ReadOnlySpan<byte> line) =>
        _count < MaxFiles && (IsStart(line, Begin) || IsStart(line, BeginBase64));

    // Compares as many bytes as the line has.
    static bool IsStart(ReadOnlySpan<byte> line, ReadOnlySpan<byte> prefix) =>
        line[..Math.Min(line.Length, prefix.Length)].SequenceEqual(prefix[..Math.Min(line.Length, prefix.Length)]);

    int Hold(ReadOnlySpan<byte> bytes, TextBytes output)
    {
        var lineFeed = bytes.IndexOf((byte)'\n');
        var taken = bytes[..Math.Min(lineFeed < 0 ? bytes.Length : lineFeed + 1, MaxLineBytes)];
        Append(taken);
        if (taken[^1] == '\n')
        {
            ReadLine(_offset + taken.Length, output);
        }
        else if (_heldBytes - _lineStart >= MaxLineBytes || !IsPossible(LineAt(_lineStart)))
        {
            Release(output);
        }
        return taken.Length;
    }

    // An incomplete line can still become a "begin" line.
    bool IsPossible(ReadOnlySpan<byte> line) => _beginning is not null || IsStart(line, Begin) || IsStart(line, BeginBase64);

    void ReadLine(long end, TextBytes output)
    {
        var line = LineAt(_lineStart);
        if (_heldBytes - _lineStart > MaxLineBytes)
        {
            Release(output);
        }
        else if (IsEnd(line))
        {
            AddFile(end);
            Stop();
        }
        else if (_beginning is null ? TryBegin(line, end) : TryAdd(line))
        {
            EndLine(end);
        }
        else if (_lineStart > 0 && line.StartsWith("begin"u8))
        {
            // The first "begin" was text, but this one can start a file.
            Release(output, _lineStart);
            ReadLine(end, output);
        }
        else
        {
            Release(output);
        }
    }

    // A file without content is more likely text.
    bool IsEnd(ReadOnlySpan<byte> line) => _beginning is not null && _size > 0 && line.SequenceEqual(_beginning.End);

    bool TryBegin(ReadOnlySpan<byte> line, long end)
    {
        _beginning = Beginning.Read(line);
        (_start, _size) = (_beginning is { IsBase64: true } ? end : _heldOffset, 0);
        return _beginning is not null;
    }

    bool TryAdd(ReadOnlySpan<byte> line)
    {
        var size = SizeOf(line);
        _size += size ?? 0;
        return size is not null;
    }

    void EndLine(long end)
    {
        _lineStart = _heldBytes;
        _isCertain |= _heldBytes > MaxHeldBytes;
        if (_isCertain)
        {
            (_heldBytes, _lineStart, _heldOffset) = (0, 0, end);
        }
    }

    void AddFile(long end)
    {
        if (_beginning is { } beginning)
        {
            _files.Add(new(beginning.Name, "application/octet-stream", null, _start, _size)
            {
                Encoding = beginning.IsBase64 ? ContentTransferEncoding.Base64 : ContentTransferEncoding.Uuencode,
                EncodedSize = end - _start,
            });
            _count++;
        }
    }

    // The certain part remains a file, which ends before the held line.
    void Release(TextBytes output)
    {
        if (_isCertain)
        {
            AddFile(_heldOffset);
        }
        output(_held.AsSpan(0, _heldBytes));
        var isAtLineStart = _heldBytes == 0 || _held[_heldBytes - 1] == '\n';
        Stop();
        _isAtLineStart = isAtLineStart;
    }

    // Releases only the bytes before the last line.
    void Release(TextBytes output, int count)
    {
        output(_held.AsSpan(0, count));
        _held.AsSpan(count, _heldBytes - count).CopyTo(_held);
        (_heldBytes, _lineStart, _heldOffset) = (_heldBytes - count, 0, _heldOffset + count);
        _beginning = null;
    }

    void Stop()
    {
        (_heldBytes, _lineStart) = (0, 0);
        (_isHolding, _isCertain, _isAtLineStart, _beginning) = (false, false, true, null);
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length < _heldBytes + bytes.Length)
        {
            Array.Resize(ref _held, Math.Max(_heldBytes + bytes.Length, _held.Length * 2));
        }
        bytes.CopyTo(_held.AsSpan(_heldBytes));
        _heldBytes += bytes.Length;
    }

    ReadOnlySpan<byte> LineAt(int start) => _held.AsSpan(start, _heldBytes - start).TrimEnd("\r\n"u8);

    // Returns the decoded size of a line in bytes, or null if the line cannot belong to a file.
    int? SizeOf(ReadOnlySpan<byte> line)
    {
        if (_beginning is { IsBase64: true })
        {
            var padding = line.Length - line.TrimEnd((byte)'=').Length;
            return line.Length % 4 == 0 && padding <= 2 && !line.ContainsAnyExcept(Base64Characters) ? (line.Length / 4 * 3) - padding : null;
        }
        // The last line has size zero, which is written as a space that transport can strip.
        if (line.IsEmpty)
        {
            return 0;
        }
        var size = (line[0] - ' ') & 0x3F;
        var characters = line.Length - 1;
        // Some encoders omit the padding of the last group, others add a check character.
        return !line.ContainsAnyExcept(UuCharacters) && characters >= ((size * 4) + 2) / 3 && characters <= ((size + 2) / 3 * 4) + 1 ? size : null;
    }

    /// <summary>The line "begin 644 name" or "begin-base64 644 name".</summary>
    sealed record Beginning(string Name, bool IsBase64)
    {
        const int MaxModeDigits = 4;

        public ReadOnlySpan<byte> End => IsBase64 ? "===="u8 : "end"u8;

        public static Beginning? Read(ReadOnlySpan<byte> line)
        {
            var isBase64 = line.StartsWith(BeginBase64);
            if (!isBase64 && !line.StartsWith(Begin))
            {
                return null;
            }
            line = line[(isBase64 ? BeginBase64.Length : Begin.Length)..];
            var mode = line.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
            if (mode is < 3 or > MaxModeDigits || line[mode] != ' ')
            {
                return null;
            }
            var name = DisplayText.Clean(Charsets.Decode(null, line[mode..])).Trim();
            return name.Length == 0 ? null : new(name, isBase64);
        }
    }
}

/// <summary>Receives the bytes of a text.</summary>
delegate void TextBytes(ReadOnlySpan<byte> bytes);
