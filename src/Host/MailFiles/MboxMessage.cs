using System.Buffers;
using AgentPost.Store.Spooling;

namespace AgentPost.Host.MailFiles;

/// <summary>
/// A message that is read from an mbox file. Removes the quotes from <c>From </c> lines (mboxrd), the fields of the
/// mbox file, and the blank line before the next message. Line endings are held back until it is known that they belong
/// to the message.
/// </summary>
sealed class MboxMessage(IncomingMessage message, DateTimeOffset? deliveredAt) : IAsyncDisposable
{
    readonly MboxFields _fields = new();

    // At most the endings of the last line and of a blank line after it.
    readonly List<(byte[] End, bool IsBlankLine)> _held = [];
    bool _inHeader = true;
    bool _inField;
    bool _hasNul;

    /// <summary>Writes the reader's current piece of a line.</summary>
    public async ValueTask WriteAsync(LinePieces line, CancellationToken cancellation)
    {
        if (_inHeader && IsField(line))
        {
            return;
        }
        var isBlank = line.StartsLine && line.Text.IsEmpty;
        _inHeader = _inHeader && !isBlank;
        await ReleaseAsync(isBlank ? 1 : 0, cancellation);
        await WriteAsync(line.StartsLine && FromLine.IsQuoted(line.Text.Span) ? line.Text[1..] : line.Text, cancellation);
        if (line.EndsLine)
        {
            _held.Add((line.End.ToArray(), isBlank));
        }
    }

    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_held is [.., { IsBlankLine: true }])
        {
            _held.RemoveAt(_held.Count - 1);
        }
        var last = _held.Count > 0 ? _held[^1].End : [];
        await ReleaseAsync(1, cancellation);
        // If a message does not end with a line ending, the export adds one and records the original size.
        var excess = _fields.Octets is { } octets ? message.Octets + 2 - octets : 0;
        var kept = excess is 1 or 2 ? last.AsMemory(0, last.Length - (int)Math.Min(excess, last.Length)) : last;
        await WriteAsync(kept, cancellation);
        if (!_hasNul)
        {
            await message.CompleteAsync(cancellation);
        }
    }

    public FoundMessage ToFound(string place) => new(
        message,
        place,
        _fields.Flags,
        _fields.Keywords,
        _hasNul ? null : deliveredAt ?? MessageFileReader.DateOf(message),
        FindProblem());

    // A text may also start with the word From: without a date, only a header shows that this is an mbox file.
    string? FindProblem() => (_hasNul, message.Octets) switch
    {
        (true, _) => MessageFileReader.HasNul,
        (_, 0) => MessageFileReader.IsEmpty,
        _ => deliveredAt is null && !MailHeader.IsIn(message.Scan.Header.Span) ? MailHeader.IsMissing : null,
    };

    public ValueTask DisposeAsync() => message.DisposeAsync();

    // A removed field includes its continuation lines.
    bool IsField(LinePieces line)
    {
        var continues = !line.StartsLine || (_inField && !_fields.IsVerbatim && line.Text.Span is [(byte)' ' or (byte)'\t', ..]);
        _inField = continues ? _inField : _fields.Take(line.Text.Span);
        return _inField;
    }

    async ValueTask ReleaseAsync(int keep, CancellationToken cancellation)
    {
        for (; _held.Count > keep; _held.RemoveAt(0))
        {
            await WriteAsync(_held[0].End, cancellation);
        }
    }

    ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        _hasNul = _hasNul || octets.Span.Contains((byte)0);
        return _hasNul ? ValueTask.CompletedTask : message.WriteAsync(new ReadOnlySequence<byte>(octets), cancellation);
    }
}
