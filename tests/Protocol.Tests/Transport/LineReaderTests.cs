using System.IO.Pipelines;
using System.Text;
using AgentPost.Protocol.Connections;

namespace AgentPost.Protocol.Tests;

sealed class LineReaderTests
{
    const int Limit = 10;

    [Test]
    public async Task Reads_lines_under_every_chunking_and_stays_in_step_after_a_long_one([Range(1, 40)] int chunk)
    {
        var sent = "one\r\ntwo\nexactly 10\r\n\r\nfar too long a line\r\nlast\r\nrest"u8.ToArray();
        var pipe = new Pipe();
        var lines = new LineReader(pipe.Reader, Limit);
        var read = new List<string>();
        for (var at = 0; at < sent.Length; at += chunk)
        {
            await pipe.Writer.WriteAsync(sent.AsMemory(at, Math.Min(chunk, sent.Length - at)));
            while (lines.TryRead(out var line))
            {
                read.Add(line.Outcome == LineOutcome.Line ? Encoding.ASCII.GetString(line.Octets.Span) : line.Outcome.ToString());
            }
        }
        await pipe.Writer.CompleteAsync();
        Assert.That(read, Is.EqualTo(["one", "two", "exactly 10", "", "TooLong", "last"]));
        Assert.That((await lines.ReadAsync(default)).Outcome, Is.EqualTo(LineOutcome.EndOfInput));
    }

    [Test]
    public async Task A_cancelled_read_loses_nothing_of_a_line_that_has_begun()
    {
        var pipe = new Pipe();
        var lines = new LineReader(pipe.Reader, Limit);
        await pipe.Writer.WriteAsync("be"u8.ToArray());
        var reading = lines.ReadAsync(default);
        pipe.Reader.CancelPendingRead();
        Assert.That((await reading).Outcome, Is.EqualTo(LineOutcome.Canceled));
        await pipe.Writer.WriteAsync("gun\r\n"u8.ToArray());
        Assert.That((await lines.ReadAsync(default)).Octets.ToArray(), Is.EqualTo("begun"u8.ToArray()));
    }

    [Test]
    public async Task Leaves_what_follows_the_line_in_the_pipe()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("line\r\n\x16\x03\x01"u8.ToArray());
        await new LineReader(pipe.Reader, Limit).ReadAsync(default);
        Assert.That(pipe.Reader.TryRead(out var rest) ? rest.Buffer.Length : 0, Is.EqualTo(3));
    }
}
