using System.Buffers;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Reads one line at a time from the pipe and leaves the rest there. A line ends in CRLF or a lone LF. Use one reader
/// per session, because it keeps the state of a partial line across a canceled read.
/// </summary>
/// <param name="limit">
/// Maximum line length in bytes, without the line end. A longer line is discarded up to its end.
/// </param>
public sealed class LineReader(PipeReader input, int limit)
{
    long _searched;
    bool _discarding;

    public async ValueTask<LineRead> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(await input.ReadAsync(cancellation), out var line))
            {
                return line;
            }
        }
    }

    /// <summary>
    /// Reads a line that has already arrived. Returns false if there is none: flush the pending replies before
    /// <see cref="ReadAsync"/>.
    /// </summary>
    public bool TryRead(out LineRead line)
    {
        line = default;
        return input.TryRead(out var read) && TryTake(read, out line);
    }

    bool TryTake(ReadResult read, out LineRead line)
    {
        if (read.IsCanceled)
        {
            input.AdvanceTo(read.Buffer.Start);
            line = new(LineOutcome.Canceled, default);
            return true;
        }
        if (TryTake(read.Buffer, out line))
        {
            return true;
        }
        line = new(LineOutcome.EndOfInput, default);
        return read.IsCompleted;
    }

    bool TryTake(ReadOnlySequence<byte> buffer, out LineRead line)
    {
        line = default;
        if (buffer.Slice(_searched).PositionOf((byte)'\n') is { } end)
        {
            line = Take(buffer.Slice(0, end));
            _searched = 0;
            _discarding = false;
            input.AdvanceTo(buffer.GetPosition(1, end));
            return true;
        }
        // The byte after the limit may be the CR of the line end.
        _discarding |= buffer.Length > limit + 1;
        _searched = _discarding ? 0 : buffer.Length;
        input.AdvanceTo(_discarding ? buffer.End : buffer.Start, buffer.End);
        return false;
    }

    LineRead Take(ReadOnlySequence<byte> line)
    {
        if (!line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == '\r')
        {
            line = line.Slice(0, line.Length - 1);
        }
        return _discarding || line.Length > limit ? new(LineOutcome.TooLong, default) : new(LineOutcome.Line, line.ToArray());
    }
}

public enum LineOutcome
{
    Line,

    /// <summary>The line was too long and has been discarded.</summary>
    TooLong,

    /// <summary>The read was canceled: see <see cref="ClientConnection.EndRequested"/>.</summary>
    Canceled,

    /// <summary>The client has closed its sending side. A partial last line is discarded.</summary>
    EndOfInput,
}

/// <param name="Octets">
/// The line without its end. Empty unless the outcome is <see cref="LineOutcome.Line"/>. Owned by the caller.
/// </param>
public readonly record struct LineRead(LineOutcome Outcome, ReadOnlyMemory<byte> Octets);
