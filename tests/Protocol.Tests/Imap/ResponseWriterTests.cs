using System.IO.Pipelines;
using System.Text;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class ResponseWriterTests
{
    static string Written(Action<ResponseWriter> write, EnabledExtensions enabled = EnabledExtensions.None)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var writer = new ResponseWriter(pipe.Writer) { Enabled = enabled };
        write(writer);
        writer.FlushAsync(default).AsTask().GetAwaiter().GetResult();
        return pipe.Reader.TryRead(out var read) ? Encoding.UTF8.GetString(read.Buffer) : "";
    }

    [Test]
    public void Responses_are_written_in_the_words_of_the_grammar()
    {
        Assert.That(Written(writer => writer.Untagged().Number(23).Sp().Atom("EXISTS"u8).CrLf()), Is.EqualTo("* 23 EXISTS\r\n"));
        Assert.That(Written(writer => writer.Tagged("a").State(Completion.No("LIMIT", "No more"))), Is.EqualTo("a NO [LIMIT] No more\r\n"));
        Assert.That(Written(writer => writer.Continuation("")), Is.EqualTo("+ \r\n"));
        Assert.That(Written(writer => writer.Number(long.MinValue).Number(long.MaxValue)), Is.EqualTo("-92233720368547758089223372036854775807"));
    }

    [TestCase("", "\"\"")]
    [TestCase("a \"b\" \\c", "\"a \\\"b\\\" \\\\c\"")]
    [TestCase("a\r\nb", "{4}\r\na\r\nb")]
    [TestCase("é", "{2}\r\né")]
    [TestCase("a\0b", "{3}\r\na\0b")]
    [TestCase("ends in {5}", "\"ends in {5}\"")]
    public void Strings_are_quoted_or_literals_as_needed(string value, string written)
    {
        Assert.That(Written(writer => writer.String(value)), Is.EqualTo(written));
    }

    [TestCase(0, "\"\"")]
    [TestCase(1, "{1}\r\n")]
    public void An_empty_literal_is_a_quoted_string(long octets, string written)
    {
        Assert.That(Written(writer => writer.LiteralHeader(octets)), Is.EqualTo(written));
    }

    [TestCase("two\r\n* BYE lines", "two??* BYE lines")]
    [TestCase("a\u2028b\u0085\u007F", "a?b??")]
    [TestCase("ends in {5}", "ends in {5}.")]
    public void Text_stays_one_line(string text, string written)
    {
        Assert.That(Written(writer => writer.Text(text)), Is.EqualTo(written));
        Assert.That(Written(writer => writer.Text(text), EnabledExtensions.Imap4Rev2), Is.EqualTo(written));
    }

    [TestCase("Entwürfe exists", "Entw&APw-rfe exists")]
    [TestCase("日本 exists", "&ZeVnLA- exists")]
    [TestCase("\ud83d\ude00", "&2D3eAA-")]
    public void Text_outside_ASCII_is_written_as_the_client_writes_names(string text, string rev1)
    {
        Assert.That(Written(writer => writer.Text(text)), Is.EqualTo(rev1));
        Assert.That(Written(writer => writer.Text(text), EnabledExtensions.Imap4Rev2), Is.EqualTo(text));
        Assert.That(Written(writer => writer.Text(text), EnabledExtensions.Utf8Accept), Is.EqualTo(text));
    }

    [TestCase("Archive/2026", "Archive/2026", "\"Archive/2026\"")]
    [TestCase("My mail", "\"My mail\"", "\"My mail\"")]
    [TestCase("nil", "\"nil\"", "\"nil\"")]
    [TestCase("Entwürfe", "Entw&APw-rfe", "\"Entwürfe\"")]
    [TestCase("R&D", "R&-D", "\"R&D\"")]
    public void Mailbox_names_follow_the_session(string name, string rev1, string utf8)
    {
        Assert.That(FolderName.TryParse(name, out var folder), Is.True);
        Assert.That(Written(writer => writer.Mailbox(folder!)), Is.EqualTo(rev1));
        Assert.That(Written(writer => writer.Mailbox(folder!), EnabledExtensions.Utf8Accept), Is.EqualTo(utf8));
    }

    [Test]
    public void Instants_are_written_in_UTC()
    {
        var instant = new DateTimeOffset(2026, 3, 1, 0, 5, 9, TimeSpan.FromHours(2));

        Assert.That(Written(writer => writer.DateTime(instant)), Is.EqualTo("\"28-Feb-2026 22:05:09 +0000\""));
        Assert.That(Written(writer => writer.DateTime(instant.AddDays(3))), Is.EqualTo("\" 3-Mar-2026 22:05:09 +0000\""));
    }

    [Test]
    public void A_response_is_under_way_from_its_star_to_its_end()
    {
        Written(writer =>
        {
            Assert.That(writer.IsMidResponse, Is.False);
            writer.Untagged().LiteralHeader(3);
            Assert.That(writer.IsMidResponse, Is.True);
            writer.Raw("abc"u8).CrLf();
            Assert.That(writer.IsMidResponse, Is.False);
        });
    }

    [FsCheck.NUnit.Property]
    public Property What_is_written_as_a_string_is_read_as_that_string()
    {
        var octets = Gen.Choose(1, 255).Select(octet => (byte)octet).ArrayOf().ToArbitrary();
        return Prop.ForAll(octets, value =>
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            var writer = new ResponseWriter(pipe.Writer).String(value);
            writer.FlushAsync(default).AsTask().GetAwaiter().GetResult();
            pipe.Reader.TryRead(out var read);
            var parser = new CommandParser(System.Buffers.BuffersExtensions.ToArray(read.Buffer), EnabledExtensions.None);
            var parsed = parser.StringOctets();
            parser.End();
            return parsed.AsSpan().SequenceEqual(value);
        });
    }

    [Test]
    public void Long_output_crosses_blocks_whole()
    {
        var long1 = new string('x', 10_000);

        Assert.That(
            Written(writer => writer.Untagged().Text(long1).CrLf().Untagged().String(long1).CrLf()),
            Is.EqualTo($"* {long1}\r\n* {{10000}}\r\n{long1}\r\n"));
    }
}
