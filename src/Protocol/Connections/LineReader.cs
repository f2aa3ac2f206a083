using System.Buffers;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Reads one line at a time from the pipe and leaves all that follows it there. CRLF ends a line; a lone LF is taken as well. One per session, because
/// what it knows of a line that has begun outlives a cancelled read.
/// </summary>
/// <param name="limit">Octets of a line without its end; a longer one is discarded to its end, so that the next line is read as itself.</param>
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

    /// <summary>Takes a line that has already arrived. False: none has, so flush what the client waits for before <see cref="ReadAsync"/>.</summary>
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
        // One octet more than the limit may be the CR of the line's end.
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

    /// <summary>The line was longer than allowed and is gone.</summary>
    TooLong,

    /// <summary>The read was cancelled: see <see cref="ClientConnection.EndRequested"/>.</summary>
    Canceled,

    /// <summary>The client has closed its side; an unfinished last line is not given out.</summary>
    EndOfInput,
}

/// <param name="Octets">The line without its end; empty unless the outcome is <see cref="LineOutcome.Line"/>. Belongs to the caller.</param>
public readonly record struct LineRead(LineOutcome Outcome, ReadOnlyMemory<byte> Octets);
