using System.Text;
using AgentPost.Protocol.Imap.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class CommandFramerTests
{
    static readonly FramerLimits Limits = new(LineOctets: 60, LiteralOctets: 12, SkippedLiteralOctets: 100);

    const string Dialogue =
        "a NOOP\r\n" +
        "b LOGIN {4}\r\nuser {6+}\r\nsecret\r\n" +
        "\r\n" +
        "c APPEND Box {5}\r\nhello\r\n" +
        "d APPEND Box (\\Seen) {5+}\r\nhello (\\Draft) ~{3+}\r\nbye)\r\n" +
        "e APPEND {3}\r\nBox (x) \r\n" +
        "f X {13+}\r\n0123456789012 {2+}\r\nno way\r\n" +
        "g X {13}\r\n" +
        "h X \"" + "0123456789012345678901234567890123456789012345678901234567890123456789" + "\"\r\n" +
        "i X 0123456789012345678901234567890123456789012345678901234567890123456789 {3+}\r\nno\nway\r\n" +
        "j NUL\0\r\n" +
        "k LITERAL {3}\r\nN\0L\r\n" +
        "l LF\n" +
        "m CR\rCR\r\n" +
        "n X {2}\r\n\r\n{3}\r\nabc\r\n" +
        "o X {5}\r\n01234{8+}\r\n01234567\r\n" +
        "p LOGOUT\r\n" +
        "q UNFINISHED";

    const string Described =
        "Whole [a NOOP] \n" +
        "Whole [b LOGIN {4}\r\nuser {6+}\r\nsecret] \n" +
        "Whole [] \n" +
        "AtLiteral [c APPEND Box {5}] \nhello\nWhole [] \n" +
        "AtLiteral [d APPEND Box (\\Seen) {5+}] \nhello\nAtLiteral [ (\\Draft) ~{3+}] \nbye\nWhole [)] \n" +
        "Whole [e APPEND {3}\r\nBox (x) ] \n" +
        "Refused [f X {13+}] The literals of a command have at most 12 bytes here\n" +
        "Refused [g X {13}] The literals of a command have at most 12 bytes here\n" +
        "Refused [h X ";

    static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    static Task<string> DescribeAsync(string text) => FramedInput.DescribeAsync(Limits, [Octets(text)]);

    [Test]
    public async Task Commands_and_their_literals_are_cut_apart()
    {
        var description = await DescribeAsync(Dialogue);

        Assert.That(description, Does.StartWith(Described));
        Assert.That(description, Does.Contain("Whole [l LF] \nWhole [m CR\rCR] \nWhole [n X {2}\r\n\r\n{3}\r\nabc] \nRefused [o X {5}\r\n01234{8+}] "));
        Assert.That(description, Does.EndWith("Whole [p LOGOUT] \n" + string.Concat(Enumerable.Repeat("+ OK\r\n", 7))));
    }

    [Test]
    public async Task One_octet_at_a_time_gives_the_same_commands()
    {
        Assert.That(
            await FramedInput.DescribeAsync(Limits, Octets(Dialogue).Select(octet => new[] { octet })),
            Is.EqualTo(await DescribeAsync(Dialogue)));
    }

    [FsCheck.NUnit.Property]
    public Property Every_chunking_gives_the_same_commands()
    {
        var cuts = Gen.Choose(0, Dialogue.Length).ListOf().Select(list => list.Order().ToArray()).ToArbitrary();
        var whole = DescribeAsync(Dialogue).GetAwaiter().GetResult();
        return Prop.ForAll(cuts, at => FramedInput.DescribeAsync(Limits, Cut(Octets(Dialogue), at)).GetAwaiter().GetResult() == whole);
    }

    [Test]
    public async Task A_non_synchronizing_literal_beyond_all_reason_is_fatal()
    {
        Assert.That(await DescribeAsync("a X {101+}\r\n"), Does.StartWith("Fatal [a X {101+}]"));
        Assert.That(await DescribeAsync("a X {99999999999999999999999999+}\r\n"), Does.StartWith("Fatal"));
        Assert.That(await DescribeAsync("a X {101}\r\nb Y\r\n"), Does.Contain("Refused [a X {101}]").And.Contain("Whole [b Y]").And.Not.Contain("+ OK"));
    }

    [Test]
    public async Task A_line_that_is_too_long_keeps_its_tag_and_the_connection_in_step()
    {
        var description = await DescribeAsync("a X " + new string('y', 5000) + "{3+}\r\nabc\r\nb NOOP\r\n");

        Assert.That(description, Does.StartWith("Refused [a X y").And.Contain("at most 60 bytes here\nWhole [b NOOP]"));
    }

    [Test]
    public async Task A_streamed_literal_that_is_not_read_is_read_past()
    {
        var input = new FramedInput();
        var feeding = input.FeedAsync([Octets("a APPEND Box {5+}\r\nhello {3+}\r\nabc\r\nb APPEND Box {5}\r\nc NOOP\r\n")]);

        var first = await input.Framer.ReadCommandAsync(default);
        Assert.That(first.Kind, Is.EqualTo(FrameKind.AtLiteral));
        await input.Framer.FinishAsync(default);
        var second = await input.Framer.ReadCommandAsync(default);
        Assert.That(Encoding.ASCII.GetString(second.Octets.Span), Is.EqualTo("b APPEND Box {5}"));
        await input.Framer.FinishAsync(default);
        var third = await input.Framer.ReadCommandAsync(default);
        Assert.That(Encoding.ASCII.GetString(third.Octets.Span), Is.EqualTo("c NOOP"));
        Assert.That(await input.OutputAsync(), Is.Empty);
        await input.Framer.ReadCommandAsync(default);
        await feeding;
    }

    [Test]
    public async Task A_sink_that_fails_leaves_the_connection_in_step()
    {
        var input = new FramedInput();
        var feeding = input.FeedAsync(Octets("a APPEND Box {5+}\r\nhello\r\nb NOOP\r\n").Chunk(2));

        await input.Framer.ReadCommandAsync(default);
        input.Framer.AcceptLiteral();
        await Assert.ThrowsAsync<InvalidDataException>(
            async () => await input.Framer.ReadLiteralAsync((_, _) => throw new InvalidDataException(), default));
        await input.Framer.FinishAsync(default);
        var next = await input.Framer.ReadCommandAsync(default);
        Assert.That(Encoding.ASCII.GetString(next.Octets.Span), Is.EqualTo("b NOOP"));
        await input.Framer.ReadCommandAsync(default);
        await feeding;
    }

    [Test]
    public async Task A_line_leaves_the_command_behind_it_in_the_pipe()
    {
        var input = new FramedInput();
        var feeding = input.FeedAsync([Octets("DO"), Octets("NE\r\na NO"), Octets("OP\r\n")]);

        var line = await input.Framer.ReadLineAsync(default);
        Assert.That(Encoding.ASCII.GetString(line.Octets.Span), Is.EqualTo("DONE"));
        var command = await input.Framer.ReadCommandAsync(default);
        Assert.That(Encoding.ASCII.GetString(command.Octets.Span), Is.EqualTo("a NOOP"));
        await input.Framer.ReadCommandAsync(default);
        await feeding;
        Assert.That(input.Framer.IsEnded);
    }

    static IEnumerable<byte[]> Cut(byte[] octets, int[] at)
    {
        var start = 0;
        foreach (var end in at.Append(octets.Length))
        {
            if (end > start)
            {
                yield return octets[start..end];
                start = end;
            }
        }
    }
}
