namespace AgentPost.Host.MailFiles;

/// <summary>
/// Splits a stream into lines, and lines that are longer than the buffer into pieces. The first piece of a line has at
/// least <see cref="Lookahead"/> bytes, unless the line is shorter. CRLF or LF ends a line; a CR alone does not.
/// </summary>
sealed class LinePieces(Func<Memory<byte>, CancellationToken, ValueTask<int>> read)
{
    public const int Lookahead = 4096;

    const int BufferOctets = 64 * 1024;

    readonly byte[] _buffer = new byte[BufferOctets];
    int _start;
    int _end;
    bool _atEnd;
    bool _begun;

    /// <summary>Bytes of the piece without the line ending. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>CRLF or LF. Empty if the line continues in the next piece or the stream ends.</summary>
    public ReadOnlyMemory<byte> End { get; private set; }

    /// <summary>True if the piece starts a line.</summary>
    public bool StartsLine { get; private set; }

    public bool EndsLine => !End.IsEmpty;

    /// <summary>Reads the next piece. Returns false at the end of the stream.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        StartsLine = !_begun || EndsLine;
        _begun = true;
        var lineFeed = await FindLineFeedAsync(cancellation);
        if (_start == _end)
        {
            return false;
        }
        var next = lineFeed >= 0 ? _start + lineFeed + 1 : _end;
        var text = lineFeed >= 0 ? _start + lineFeed : _end;
        if (text > _start && _buffer[text - 1] == '\r' && (lineFeed >= 0 || (!_atEnd && text - 1 > _start)))
        {
            // A CR before a LF belongs to the line ending. A CR at the end of a piece may be followed by a LF.
            text--;
            next = lineFeed >= 0 ? next : text;
        }
        Text = _buffer.AsMemory(_start, text - _start);
        End = _buffer.AsMemory(text, next - text);
        _start = next;
        return true;
    }

    // Returns the index relative to the start. Returns -1 if the buffer has no LF after reading the lookahead.
    async ValueTask<int> FindLineFeedAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return searched + found;
            }
            searched = _end - _start;
            if (_atEnd || searched >= Lookahead)
            {
                return -1;
            }
            await FillAsync(cancellation);
        }
    }

    async ValueTask FillAsync(CancellationToken cancellation)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var count = await read(_buffer.AsMemory(_end), cancellation);
        _end += count;
        _atEnd = count == 0;
    }
}
