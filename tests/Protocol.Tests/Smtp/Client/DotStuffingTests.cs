using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Protocol.Smtp.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Smtp.Client;

sealed class DotStuffingTests
{
    static readonly Gen<string> Text = Gen.Elements("\r", "\n", ".", "\r\n", "\r\n.", "a", "..", "text").ListOf().Select(pieces => string.Concat(pieces));

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public Property What_is_stuffed_is_read_as_it_was_under_every_chunking() =>
        Prop.ForAll(
            Text.Zip(Gen.Choose(1, 9)).ToArbitrary(),
            pair => Read(Stuff(pair.Item1, pair.Item2) + "NEXT").Equals((DataFault.None, WithLineEnds(pair.Item1), "NEXT")));

    [TestCase("", ".\r\n")]
    [TestCase("a", "a\r\n.\r\n")]
    [TestCase(".", "..\r\n.\r\n")]
    [TestCase("a\r\n.\r\n", "a\r\n..\r\n.\r\n")]
    [TestCase("a\n.\nMAIL", "a\r\n..\r\nMAIL\r\n.\r\n")]
    [TestCase("a\r.\rMAIL", "a\r\n..\r\nMAIL\r\n.\r\n")]
    public void Doubles_dots_and_leaves_no_lone_CR_or_LF(string message, string sent)
    {
        Assert.That(Stuff(message, 1), Is.EqualTo(sent));
    }

    static string Stuff(string message, int chunk)
    {
        var output = new ArrayBufferWriter<byte>();
        var stuffing = new DotStuffing();
        foreach (var piece in Encoding.ASCII.GetBytes(message).Chunk(chunk))
        {
            stuffing.Write(piece, output);
        }
        stuffing.Complete(output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }

    // What the message should be: each CRLF, lone CR and lone LF a line end, and one at the end.
    static string WithLineEnds(string message)
    {
        var lines = message.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n";
    }

    static (DataFault Fault, string Message, string Left) Read(string sent)
    {
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        pipe.Writer.Write(Encoding.ASCII.GetBytes(sent));
        pipe.Writer.Complete();
        var message = new ArrayBufferWriter<byte>();
        var reader = new DataReader(pipe.Reader, long.MaxValue);
        var progress = reader.ReadAsync(
            (octets, _) =>
            {
                message.Write(octets.ToArray());
                return ValueTask.CompletedTask;
            },
            default).GetAwaiter().GetResult();
        Assert.That(progress, Is.EqualTo(DataProgress.Complete));
        pipe.Reader.TryRead(out var rest);
        return (reader.Fault, Encoding.ASCII.GetString(message.WrittenSpan), Encoding.ASCII.GetString(rest.Buffer));
    }
}
