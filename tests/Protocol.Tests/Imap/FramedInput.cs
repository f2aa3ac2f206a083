using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using AgentPost.Protocol.Imap.Wire;

namespace AgentPost.Protocol.Tests.Imap;

/// <summary>Feeds octets to a framer in given chunks, each only when the one before it has been taken, and writes down what the framer makes of them.</summary>
sealed class FramedInput
{
    readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0));
    readonly ResponseWriter _writer;

    public FramedInput()
    {
        _writer = new(_output.Writer);
        Framer = new(
            _input.Reader,
            _writer,
            octets => !Encoding.Latin1.GetString(octets).Contains(" APPEND Box ", StringComparison.Ordinal),
            mayFinish: () => false);
    }

    public CommandFramer Framer { get; }

    public static async Task<string> DescribeAsync(FramerLimits limits, IEnumerable<byte[]> chunks)
    {
        var input = new FramedInput();
        input.Framer.Limits = limits;
        var feeding = input.FeedAsync(chunks);
        var description = await input.DescribeAllAsync();
        await feeding;
        return description;
    }

    public async Task FeedAsync(IEnumerable<byte[]> chunks)
    {
        foreach (var chunk in chunks)
        {
            await _input.Writer.WriteAsync(chunk);
        }
        await _input.Writer.CompleteAsync();
    }

    /// <summary>What the framer has written: its continuation requests.</summary>
    public async Task<string> OutputAsync()
    {
        await _writer.FlushAsync(default);
        return _output.Reader.TryRead(out var read) ? Encoding.Latin1.GetString(read.Buffer) : "";
    }

    async Task<string> DescribeAllAsync()
    {
        var lines = new StringBuilder();
        while (await Framer.ReadCommandAsync(default) is { Kind: not FrameKind.End } frame)
        {
            Describe(lines, frame);
            while (frame.Kind is FrameKind.AtLiteral)
            {
                Framer.AcceptLiteral();
                await Framer.ReadLiteralAsync(
                    (octets, _) =>
                    {
                        lines.Append(Encoding.Latin1.GetString(octets));
                        return ValueTask.CompletedTask;
                    },
                    default);
                frame = await Framer.ReadRestAsync(default);
                lines.Append('\n');
                Describe(lines, frame);
            }
            if (frame.Kind is FrameKind.Fatal)
            {
                await _input.Reader.CompleteAsync();
                break;
            }
            await Framer.FinishAsync(default);
        }
        return lines.Append(await OutputAsync()).ToString();
    }

    static void Describe(StringBuilder lines, Frame frame) =>
        lines.Append(CultureInfo.InvariantCulture, $"{frame.Kind} [{Encoding.Latin1.GetString(frame.Octets.Span)}] {frame.Refusal?.Text}\n");
}
