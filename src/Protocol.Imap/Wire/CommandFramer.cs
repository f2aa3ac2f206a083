using System.Buffers;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Imap.Wire;

/// <summary>
/// Splits the input into whole commands: lines and the literals they announce. The only reader of its pipe (law 2);
/// consumes nothing beyond the command it returns. Flushes the output before it waits for the client, so that pipelined
/// commands are answered in few packets. The file is long because lines, literals and what is skipped of a rejected
/// command share one position in the input.
/// </summary>
/// <param name="collects">Receives the command up to a literal. Returns true to make the literal part of the command,
/// false to stop before it.</param>
/// <param name="mayFinish">Called when a read is canceled within a command, after one of its literals was accepted.
/// Returns true if the command may still arrive. After that command, there is no more input.</param>
sealed class CommandFramer(
    PipeReader input, ResponseWriter output, Func<ReadOnlySpan<byte>, bool> collects, Func<bool> mayFinish)
{
    const int KeptCapacity = 1024;

    // Enough for the tag and the name of a command.
    const int HeadBytes = 64;

    byte[] _command = [];
    int _length;
    int _lineOctets;
    int _literalOctets;

    // The part of the current command that is still in the pipe.
    LiteralHeader? _announced;
    long _literalLeft;
    bool _lineLeft;
    bool _flushes = true;

    // A literal of the current command was accepted.
    bool _isBegun;

    // The connection was asked to end, and only the rest of the current command is still read.
    bool _endsAfterCommand;

    /// <summary>
    /// True if there is no more input: the client closed its side, or the connection was asked to end.
    /// </summary>
    public bool IsEnded { get; private set; }

    public FramerLimits Limits { get; set; } = FramerLimits.BeforeLogin;

    /// <summary>
    /// True if a command that begins with these bytes has the limits of <see cref="FramerLimits.Identification"/>,
    /// where they are higher.
    /// </summary>
    public Func<ReadOnlySpan<byte>, bool> IsIdentification { get; set; } = static _ => false;

    /// <summary>
    /// Reads the next command, or the beginning of one, as <see cref="FrameKind"/> says. The previous command must be
    /// finished.
    /// </summary>
    public async ValueTask<Frame> ReadCommandAsync(CancellationToken cancellation)
    {
        Clear();
        if (_endsAfterCommand)
        {
            IsEnded = true;
            return new(FrameKind.End, default);
        }
        return await ReadOnAsync(collects, cancellation);
    }

    /// <summary>
    /// Waits for input of the next command, or for the end of the input. Consumes nothing and never writes to the
    /// output, so that the session can write while this is pending (NOTIFY).
    /// </summary>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        if (_endsAfterCommand)
        {
            IsEnded = true;
            return;
        }
        if (!input.TryRead(out var read))
        {
            read = await ReceiveAsync(cancellation);
        }
        IsEnded = read.IsCanceled || read.Buffer.IsEmpty;
        input.AdvanceTo(read.Buffer.Start);
    }

    /// <summary>
    /// Reads the rest of a command after a streamed literal, up to the next literal or the end. A rest without another
    /// literal is <see cref="FrameKind.Whole"/>.
    /// </summary>
    public async ValueTask<Frame> ReadRestAsync(CancellationToken cancellation)
    {
        await SkipAsync(cancellation);
        _length = 0;
        return await ReadOnAsync(static _ => false, cancellation);
    }

    /// <summary>
    /// Reads one line that is not a command: the response to a continuation request, which the caller has flushed.
    /// Never writes to the output, so that the session can write while this read is pending (IDLE).
    /// </summary>
    public async ValueTask<Frame> ReadLineAsync(CancellationToken cancellation)
    {
        Clear();
        _flushes = false;
        var end = await AppendLineAsync(cancellation);
        _flushes = true;
        return end switch
        {
            LineEnd.Closed => new(FrameKind.End, default),
            LineEnd.TooLong => new(FrameKind.Refused, Written, Completion.Bad("The line is too long")),
            _ => new(FrameKind.Whole, Written),
        };
    }

    /// <summary>Ends the pending read as if the client had closed its side.</summary>
    public void CancelPendingRead() => input.CancelPendingRead();

    /// <summary>
    /// Accepts the literal at which a frame stopped. If the literal is synchronizing, requests it from the client. Read
    /// it with <see cref="ReadLiteralAsync"/>.
    /// </summary>
    public void AcceptLiteral()
    {
        if (_announced is not { } header)
        {
            throw new InvalidOperationException("No literal has been announced");
        }
        _announced = null;
        _isBegun = true;
        _literalLeft = header.Octets;
        _lineLeft = true;
        if (header.IsSynchronizing)
        {
            output.Continuation("OK");
        }
    }

    /// <summary>
    /// Passes the bytes of the accepted literal to the sink as they arrive. If the sink throws, the rest of the literal
    /// is still unread; <see cref="FinishAsync"/> skips it.
    /// </summary>
    public async ValueTask ReadLiteralAsync(Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> sink, CancellationToken cancellation)
    {
        while (_literalLeft > 0)
        {
            if (await ReadAsync(cancellation) is not { } buffer)
            {
                throw new ClientGoneException();
            }
            var octets = buffer.Slice(0, Math.Min(buffer.Length, _literalLeft));
            try
            {
                await sink(octets, cancellation);
            }
            finally
            {
                _literalLeft -= octets.Length;
                input.AdvanceTo(octets.End);
            }
        }
    }

    /// <summary>
    /// Skips the rest of the current command, so that the connection stays in sync. The client does not send a
    /// synchronizing literal that was not accepted.
    /// </summary>
    public async ValueTask FinishAsync(CancellationToken cancellation)
    {
        if (_announced is { IsSynchronizing: false } skipped)
        {
            _literalLeft = skipped.Octets;
            _lineLeft = true;
        }
        _announced = null;
        while (_lineLeft || _literalLeft > 0)
        {
            await SkipAsync(cancellation);
            _lineLeft = false;
            _length = 0;
            if (await AppendLineAsync(cancellation) is not LineEnd.Closed
                && LiteralHeader.TryParse(Written.Span, out var header, out _) && !header.IsSynchronizing)
            {
                (_literalLeft, _lineLeft) = (header.Octets, true);
            }
        }
    }

    ReadOnlyMemory<byte> Written => _command.AsMemory(0, _length);

    async ValueTask<Frame> ReadOnAsync(Func<ReadOnlySpan<byte>, bool> collects, CancellationToken cancellation)
    {
        while (true)
        {
            var start = _length;
            _lineLeft = false;
            var end = await AppendLineAsync(cancellation);
            if (end is LineEnd.Closed)
            {
                return new(FrameKind.End, default);
            }
            var isLiteralNext = LiteralHeader.TryParse(Written.Span[start..], out var header, out _);
            _announced = isLiteralNext ? header : null;
            if (end is LineEnd.TooLong)
            {
                return Refuse(Completion.Bad(ResponseCode.TooBig, $"A command line has at most {LineLimit(default)} bytes here"));
            }
            if (Written.Span[start..].Contains((byte)0))
            {
                return Refuse(Completion.Bad("A command must not contain NUL"));
            }
            if (!isLiteralNext)
            {
                return new(FrameKind.Whole, Written);
            }
            if (!collects(Written.Span))
            {
                return IsBeyondSkipping ? Refuse(TooBigLiteral) : new(FrameKind.AtLiteral, Written);
            }
            if (header.Octets > LiteralLimit - _literalOctets)
            {
                return Refuse(TooBigLiteral);
            }
            if (!await CollectLiteralAsync((int)header.Octets, cancellation))
            {
                return new(FrameKind.End, default);
            }
            // literal8 may contain NUL (RFC 3516 §4.4). Commands that do not expect a literal8 reject it by its syntax.
            if (!header.IsBinary && Written.Span[^(int)header.Octets..].Contains((byte)0))
            {
                return Refuse(Completion.Bad("A command must not contain NUL"));
            }
        }
    }

    bool IsBeyondSkipping => _announced is { IsSynchronizing: false } header && header.Octets > Limits.SkippedLiteralOctets;

    int LiteralLimit => IsIdentification(Written.Span) ? Math.Max(Limits.LiteralOctets, FramerLimits.Identification.LiteralOctets) : Limits.LiteralOctets;

    Completion TooBigLiteral => Completion.Bad(ResponseCode.TooBig, $"The literals of a command have at most {LiteralLimit} bytes here");

    Frame Refuse(Completion completion) => new(IsBeyondSkipping ? FrameKind.Fatal : FrameKind.Refused, Written, completion);

    async ValueTask<bool> CollectLiteralAsync(int octets, CancellationToken cancellation)
    {
        Append(new("\r\n"u8.ToArray()));
        AcceptLiteral();
        _literalOctets += octets;
        while (_literalLeft > 0)
        {
            if (await ReadAsync(cancellation) is not { } buffer)
            {
                return false;
            }
            var part = buffer.Slice(0, Math.Min(buffer.Length, _literalLeft));
            Append(part);
            _literalLeft -= part.Length;
            input.AdvanceTo(part.End);
        }
        return true;
    }

    async ValueTask SkipAsync(CancellationToken cancellation)
    {
        while (_literalLeft > 0 && await ReadAsync(cancellation) is { } buffer)
        {
            var part = buffer.Slice(0, Math.Min(buffer.Length, _literalLeft));
            _literalLeft -= part.Length;
            input.AdvanceTo(part.End);
        }
        _literalLeft = 0;
    }

    enum LineEnd
    {
        Complete,
        TooLong,
        Closed,
    }

    /// <summary>
    /// Appends one line without its end. If the line is too long, keeps only its first and last bytes: they contain the
    /// tag and possibly a literal header.
    /// </summary>
    async ValueTask<LineEnd> AppendLineAsync(CancellationToken cancellation)
    {
        var start = _length;
        var isTooLong = false;
        while (await ReadAsync(cancellation) is { } buffer)
        {
            var end = buffer.PositionOf((byte)'\n');
            var part = end is { } newline ? buffer.Slice(0, newline) : buffer;
            isTooLong |= _lineOctets + part.Length > Limits.LineOctets + 1 && _lineOctets + part.Length > LineLimit(part) + 1;
            if (isTooLong)
            {
                KeepEnds(start, part);
            }
            else
            {
                Append(part);
                _lineOctets += (int)part.Length;
            }
            input.AdvanceTo(end is { } lf ? buffer.GetPosition(1, lf) : buffer.End);
            if (end is not null)
            {
                _length -= _length > start && _command[_length - 1] == '\r' ? 1 : 0;
                return isTooLong ? LineEnd.TooLong : LineEnd.Complete;
            }
        }
        return LineEnd.Closed;
    }

    /// <param name="next">Bytes of the command that have arrived but are not appended yet.</param>
    int LineLimit(ReadOnlySequence<byte> next)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        var written = Math.Min(_length, HeadBytes);
        Written.Span[..written].CopyTo(head);
        var arrived = next.Slice(0, Math.Min(next.Length, HeadBytes - written));
        arrived.CopyTo(head[written..]);
        var isIdentification = IsIdentification(head[..(written + (int)arrived.Length)]);
        return isIdentification ? Math.Max(Limits.LineOctets, FramerLimits.Identification.LineOctets) : Limits.LineOctets;
    }

    /// <summary>
    /// Keeps the first bytes of the line and the last of the rest, in however many parts they arrive.
    /// </summary>
    void KeepEnds(int start, ReadOnlySequence<byte> part)
    {
        const int Head = 64;
        const int Tail = 32;
        var head = part.Slice(0, Math.Min(part.Length, Math.Max(0, start + Head - _length)));
        Append(head);
        part = part.Slice(head.End);
        if (part.IsEmpty)
        {
            return;
        }
        var tail = part.Length > Tail ? part.Slice(part.Length - Tail) : part;
        var before = Math.Min(_length - start - Head, Tail - (int)tail.Length);
        _command.AsSpan(_length - before, before).CopyTo(_command.AsSpan(start + Head));
        _length = start + Head + before;
        Append(tail);
    }

    /// <summary>
    /// Returns the bytes in the pipe, at least one. Returns null at the end of the input or if the connection is asked
    /// to end.
    /// </summary>
    async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (!input.TryRead(out var read))
            {
                if (_flushes)
                {
                    await output.FlushAsync(cancellation);
                }
                read = await ReceiveAsync(cancellation);
            }
            if (!read.IsCanceled && !read.Buffer.IsEmpty)
            {
                return read.Buffer;
            }
            input.AdvanceTo(read.Buffer.Start);
            if (!read.IsCanceled || !_isBegun || !mayFinish())
            {
                IsEnded = true;
                return null;
            }
            _endsAfterCommand = true;
        }
    }

    async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await input.ReadAsync(cancellation);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // The connection broke, or the input is not valid DEFLATE and cannot be resynchronized.
            throw new ClientGoneException(exception);
        }
    }

    void Clear()
    {
        if (_command.Length > KeptCapacity)
        {
            _command = [];
        }
        _length = 0;
        _lineOctets = 0;
        _literalOctets = 0;
        _isBegun = false;
    }

    void Append(ReadOnlySequence<byte> octets)
    {
        var needed = _length + (int)octets.Length;
        if (needed > _command.Length)
        {
            Array.Resize(ref _command, Math.Max(needed, Math.Max(256, _command.Length * 2)));
        }
        octets.CopyTo(_command.AsSpan(_length));
        _length = needed;
    }
}
