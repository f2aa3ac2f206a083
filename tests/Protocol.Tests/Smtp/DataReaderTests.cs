using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using AgentPost.Protocol.Smtp.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Smtp;

sealed class DataReaderTests
{
    const string End = "\r\n.\r\n";

    // Pieces that meet in every way: most random texts of these have ends, half-ends and stuffed dots in them.
    static readonly Gen<string> Text = Gen.Elements("\r", "\n", ".", "\r\n", "\r\n.", "a", "..", "text", "\0").ListOf().Select(pieces => string.Concat(pieces));

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public Property Reads_as_the_whole_buffer_oracle_does_under_every_chunking() =>
        Prop.ForAll(
            Text.Zip(Gen.Choose(1, 9)).ToArbitrary(),
            pair => Read(pair.Item1 + End + "NEXT", pair.Item2).Equals(Oracle(pair.Item1 + End + "NEXT")));

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public Property Reads_LF_as_a_line_end_but_not_as_the_end_under_every_chunking() =>
        Prop.ForAll(
            Text.Zip(Gen.Choose(1, 9)).ToArbitrary(),
            pair => Read(pair.Item1 + End + "NEXT", pair.Item2, LineFeedUse.EndsLine).Equals(LineFeedOracle(pair.Item1 + End + "NEXT")));

    [TestCase("a\n.\nb\n.\r\n..c\r\n.\nd\r\n.\r\n", "a\n.\nb\n.\r\n.c\r\n.\nd\r\n")]
    [TestCase("a\n..dot\n\r\n.\r\n", "a\n.dot\n\r\n")]
    [TestCase("a\n\n.\n\n\r\n.\r\n", "a\n\n.\n\n\r\n")]
    [TestCase("\n.\r\n.\r\n", "\n.\r\n")]
    public void Takes_out_stuffed_dots_after_LF(string sent, string message) =>
        Assert.That(Read(sent, 1, LineFeedUse.EndsLine), Is.EqualTo(new Outcome(DataFault.None, message, "")));

    [TestCase(12, "None")]
    [TestCase(11, "TooBig")]
    public async Task Counts_the_message_with_CRLF(long limit, string fault)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("1234\n678\n\r\n.\r\n"u8.ToArray());
        var reader = new DataReader(pipe.Reader, limit + 1, LineFeedUse.EndsLine);
        await reader.ReadAsync((_, _) => ValueTask.CompletedTask, default);
        Assert.That(reader.Fault.ToString(), Is.EqualTo(fault));
    }

    [TestCase(".\r\n", "")]
    [TestCase("\r\n.\r\n", "\r\n")]
    [TestCase("a\r\n.\r\n", "a\r\n")]
    [TestCase("..\r\n.\r\n", ".\r\n")]
    [TestCase("...a\r\n..b\r\n.\r\n", "..a\r\n.b\r\n")]
    [TestCase(".a\r\n.\r\n", "a\r\n")]
    public void Takes_out_stuffed_dots_and_takes_an_empty_body(string sent, string message)
    {
        Assert.That(Read(sent, 1), Is.EqualTo(new Outcome(DataFault.None, message, "")));
    }

    [TestCase("x\n.\nMAIL FROM:<evil@x>\r\n.\r\n", "LoneLineFeed")]
    [TestCase("x\n.\r\nMAIL FROM:<evil@x>\r\n.\r\n", "LoneLineFeed")]
    [TestCase("x\r\n.\nMAIL FROM:<evil@x>\r\n.\r\n", "LoneLineFeed")]
    [TestCase("x\r.\rMAIL FROM:<evil@x>\r\n.\r\n", "LoneCarriageReturn")]
    [TestCase("x\r.\r\nMAIL FROM:<evil@x>\r\n.\r\n", "LoneCarriageReturn")]
    [TestCase("x\r\n.\rMAIL FROM:<evil@x>\r\n.\r\n", "LoneCarriageReturn")]
    [TestCase("x\r\n.\r\r\nMAIL FROM:<evil@x>\r\n.\r\n", "LoneCarriageReturn")]
    [TestCase("x\r\r\n.\r\nNEXT", "LoneCarriageReturn")]
    [TestCase("x\n\n.\r\n.\r\nNEXT", "LoneLineFeed")]
    [TestCase("x\0\r\n.\r\nNEXT", "Nul")]
    [TestCase("x\r\n\0.\r\n.\r\nNEXT", "Nul")]
    public void Reads_a_smuggled_message_to_its_real_end_and_refuses_it(string sent, string fault)
    {
        var outcome = Read(sent, 3);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Fault.ToString(), Is.EqualTo(fault));
            Assert.That(outcome.Left, Is.EqualTo(sent[(sent.IndexOf(End, StringComparison.Ordinal) + End.Length)..]));
        });
    }

    [Test]
    public async Task Discards_what_is_beyond_the_limit_and_stays_in_step()
    {
        const long Limit = 1000;
        var passedOn = 0L;
        var pipe = new Pipe(new(pauseWriterThreshold: 0));
        pipe.Writer.Write(Encoding.ASCII.GetBytes(new string('x', 1_000_000) + End + "NEXT"));
        await pipe.Writer.FlushAsync();
        var reader = new DataReader(pipe.Reader, Limit);
        var progress = await reader.ReadAsync((octets, _) => { passedOn += octets.Length; return ValueTask.CompletedTask; }, default);
        Assert.Multiple(() =>
        {
            Assert.That(progress, Is.EqualTo(DataProgress.Complete));
            Assert.That(reader.Fault, Is.EqualTo(DataFault.TooBig));
            Assert.That(passedOn, Is.LessThanOrEqualTo(Limit));
            Assert.That(Rest(pipe.Reader), Is.EqualTo("NEXT"));
        });
    }

    [Test]
    public async Task Takes_a_message_of_exactly_the_limit()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("12345678\r\n.\r\n"u8.ToArray());
        var reader = new DataReader(pipe.Reader, 10);
        await reader.ReadAsync((_, _) => ValueTask.CompletedTask, default);
        Assert.That(reader.Fault, Is.EqualTo(DataFault.None));
    }

    [Test]
    public async Task Throws_what_the_sink_threw_only_at_the_real_end()
    {
        var pipe = new Pipe();
        var reader = new DataReader(pipe.Reader, 100);
        await pipe.Writer.WriteAsync("one\r\n"u8.ToArray());
        Assert.That(await reader.ReadAsync((_, _) => throw new InvalidOperationException("full"), default), Is.EqualTo(DataProgress.More));
        await pipe.Writer.WriteAsync("two\r\n.\r\nNEXT"u8.ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.ReadAsync((_, _) => ValueTask.CompletedTask, default));
        Assert.That(Rest(pipe.Reader), Is.EqualTo("NEXT"));
    }

    // Sends chunk by chunk, so that every octet once is the first and the last of a read.
    static Outcome Read(string sent, int chunk, LineFeedUse lineFeed = LineFeedUse.Rejected)
    {
        var pipe = new Pipe(new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline));
        var reader = new DataReader(pipe.Reader, long.MaxValue, lineFeed);
        var message = new StringBuilder();
        var octets = Encoding.Latin1.GetBytes(sent);
        var progress = DataProgress.More;
        var written = 0;
        while (progress == DataProgress.More && written < octets.Length)
        {
            var count = Math.Min(chunk, octets.Length - written);
            pipe.Writer.WriteAsync(octets.AsMemory(written, count)).AsTask().Wait();
            written += count;
            progress = reader.ReadAsync(
                (content, _) => { message.Append(Encoding.Latin1.GetString(content.ToArray())); return ValueTask.CompletedTask; }, default).Result;
        }
        pipe.Writer.WriteAsync(octets.AsMemory(written)).AsTask().Wait();
        pipe.Writer.Complete();
        Assert.That(progress, Is.EqualTo(DataProgress.Complete));
        return new(reader.Fault, reader.Fault == DataFault.None ? message.ToString() : "", Rest(pipe.Reader));
    }

    static string Rest(PipeReader reader) => reader.TryRead(out var read) ? Encoding.Latin1.GetString(read.Buffer.ToArray()) : "";

    static Outcome Oracle(string sent)
    {
        // The CRLF of the DATA line counts as the first.
        var whole = "\r\n" + sent;
        var end = whole.IndexOf(End, StringComparison.Ordinal);
        var raw = whole[..(end + 2)];
        var left = whole[(end + End.Length)..];
        var lone = raw.Replace("\r\n", "", StringComparison.Ordinal);
        var first = lone.IndexOfAny(['\r', '\n', '\0']);
        var fault = first < 0 ? DataFault.None : lone[first] switch
        {
            '\r' => DataFault.LoneCarriageReturn,
            '\n' => DataFault.LoneLineFeed,
            _ => DataFault.Nul,
        };
        var message = raw.Replace("\r\n.", "\r\n", StringComparison.Ordinal)[2..];
        return new(fault, fault == DataFault.None ? message : "", left);
    }

    static Outcome LineFeedOracle(string sent)
    {
        var whole = "\r\n" + sent;
        var end = whole.IndexOf(End, StringComparison.Ordinal);
        var raw = whole[..(end + 2)];
        var lone = raw.Replace("\r\n", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var first = lone.IndexOfAny(['\r', '\0']);
        var fault = first < 0 ? DataFault.None : lone[first] == '\r' ? DataFault.LoneCarriageReturn : DataFault.Nul;
        var message = Regex.Replace(raw, "(?<=\n)[.](?!\r?\n)", "")[2..];
        return new(fault, fault == DataFault.None ? message : "", whole[(end + End.Length)..]);
    }

    sealed record Outcome(DataFault Fault, string Message, string Left);
}
