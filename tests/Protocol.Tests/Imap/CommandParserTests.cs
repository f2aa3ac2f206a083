using System.Text;
using AgentPost.Protocol.Imap.Commands;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class CommandParserTests
{
    delegate T Production<out T>(ref CommandParser parser);

    static T Parse<T>(string text, Production<T> production, EnabledExtensions enabled = EnabledExtensions.None)
    {
        var parser = new CommandParser(Encoding.UTF8.GetBytes(text), enabled);
        var value = production(ref parser);
        parser.End();
        return value;
    }

    static void Refuses<T>(string text, Production<T> production) => Assert.Throws<SyntaxException>(() => Parse(text, production));

    [TestCase("abc", "abc")]
    [TestCase("a]b", "a]b")]
    [TestCase("\"\"", "")]
    [TestCase("\"a b\"", "a b")]
    [TestCase("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [TestCase("\"é\"", "é")]
    [TestCase("{0}\r\n", "")]
    [TestCase("{5}\r\na\"\r\n\\", "a\"\r\n\\")]
    [TestCase("{2+}\r\né", "é")]
    public void An_astring_is_an_atom_a_quoted_string_or_a_literal(string written, string value)
    {
        Assert.That(Parse(written, (ref CommandParser parser) => parser.AString()), Is.EqualTo(value));
    }

    [TestCase("")]
    [TestCase("(")]
    [TestCase("a b")]
    [TestCase("\"a")]
    [TestCase("\"a\\n\"")]
    [TestCase("\"a\rb\"")]
    [TestCase("\"a\"b")]
    [TestCase("{5}\r\nabc")]
    [TestCase("{5} abcd")]
    [TestCase("{x}\r\nabc")]
    [TestCase("~{1}\r\na")]
    [TestCase("é")]
    public void What_is_no_astring_is_refused(string written)
    {
        Refuses(written, (ref CommandParser parser) => parser.AString());
    }

    [Test]
    public void Octets_that_are_not_UTF_8_are_no_text()
    {
        Assert.Throws<SyntaxException>(() => new CommandParser([(byte)'"', 0xFF, (byte)'"'], default).AString());
    }

    [TestCase("NIL", null)]
    [TestCase("nil", null)]
    [TestCase("\"NIL\"", "NIL")]
    public void An_nstring_may_be_nil(string written, string? value)
    {
        Assert.That(Parse(written, (ref CommandParser parser) => parser.NString()), Is.EqualTo(value));
    }

    [Test]
    public void Numbers_are_bounded()
    {
        Assert.That(Parse("4294967295", (ref CommandParser parser) => parser.Number()), Is.EqualTo(uint.MaxValue));
        Assert.That(Parse("9223372036854775807", (ref CommandParser parser) => parser.Number64()), Is.EqualTo(long.MaxValue));
        Refuses("4294967296", (ref CommandParser parser) => parser.Number());
        Refuses("9223372036854775808", (ref CommandParser parser) => parser.Number64());
        Refuses("0", (ref CommandParser parser) => parser.NzNumber());
        Refuses("-1", (ref CommandParser parser) => parser.Number());
    }

    [Test]
    public void Words_are_compared_without_regard_to_case_and_whole()
    {
        var parser = new CommandParser("all ALLES"u8, default);

        Assert.That(parser.TryAtom("AL"u8), Is.False);
        Assert.That(parser.TryAtom("ALL"u8), Is.True);
        parser.Sp();
        Assert.That(parser.TryAtom("ALL"u8), Is.False);
        Assert.That(parser.TryPrefix("ALL"u8), Is.True);
        Assert.That(parser.Atom(), Is.EqualTo("ES"));
    }

    [TestCase("()", SystemFlags.None, "")]
    [TestCase(@"(\Seen \DELETED)", SystemFlags.Seen | SystemFlags.Deleted, "")]
    [TestCase(@"(\Recent $Forwarded work)", SystemFlags.None, "$Forwarded work")]
    [TestCase(@"( \Seen  work )", SystemFlags.Seen, "work")]
    [TestCase(@"(\Pinned \Seen \Important)", SystemFlags.Seen, "")]
    [TestCase(@"\Answered \Flagged \Draft", SystemFlags.Answered | SystemFlags.Flagged | SystemFlags.Draft, "")]
    public void Flags_may_stand_in_parentheses_or_not(string written, SystemFlags system, string keywords)
    {
        var flags = Parse(written, (ref CommandParser parser) => parser.FlagsWithOrWithoutParentheses());

        Assert.That(flags.System, Is.EqualTo(system));
        Assert.That(flags.Keywords.ToString(), Is.EqualTo(keywords));
    }

    [TestCase(@"(\Seen")]
    [TestCase(@"(\ Seen)")]
    [TestCase(@"(\*)")]
    [TestCase(@"\*")]
    [TestCase("")]
    [TestCase("(a(b))")]
    public void What_are_no_flags_is_refused(string written)
    {
        Refuses(written, (ref CommandParser parser) => parser.FlagsWithOrWithoutParentheses());
    }

    [TestCase("1-Feb-1994", 1994, 2, 1)]
    [TestCase("\"29-FEB-2024\"", 2024, 2, 29)]
    [TestCase("01-dec-2026", 2026, 12, 1)]
    public void Dates_are_quoted_or_not(string written, int year, int month, int day)
    {
        Assert.That(Parse(written, (ref CommandParser parser) => parser.Date()), Is.EqualTo(new DateOnly(year, month, day)));
    }

    [TestCase("29-Feb-2023")]
    [TestCase("0-Jan-2023")]
    [TestCase("1-Foo-2023")]
    [TestCase("1-Jan-23")]
    [TestCase("1-Jan-0000")]
    [TestCase("\"1-Jan-2023")]
    public void What_is_no_date_is_refused(string written)
    {
        Refuses(written, (ref CommandParser parser) => parser.Date());
    }

    [TestCase("\" 1-Feb-2026 12:34:56 +0100\"", "2026-02-01T12:34:56+01:00")]
    [TestCase("\"1-Feb-2026 12:34:56 -0930\"", "2026-02-01T12:34:56-09:30")]
    [TestCase("\"31-Dec-2016 23:59:60 +0000\"", "2016-12-31T23:59:59+00:00")]
    public void Date_times_carry_their_zone(string written, string instant)
    {
        Assert.That(
            Parse(written, (ref CommandParser parser) => parser.DateTime()),
            Is.EqualTo(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [TestCase("\"01-Feb-2026 24:00:00 +0000\"")]
    [TestCase("\"01-Feb-2026 12:00:00\"")]
    [TestCase("\"01-Feb-2026 12:00:00 0000\"")]
    [TestCase("\"01-Feb-2026 12:00:00 +9900\"")]
    [TestCase("\"01-Jan-0001 00:00:00 +0100\"")]
    [TestCase("\"31-Dec-9999 23:00:00 -0800\"")]
    [TestCase("01-Feb-2026 12:00:00 +0000")]
    public void What_is_no_date_time_is_refused(string written)
    {
        Refuses(written, (ref CommandParser parser) => parser.DateTime());
    }

    [TestCase("{310}", 310, true, false)]
    [TestCase("{310+}", 310, false, false)]
    [TestCase("~{0007}", 7, true, true)]
    public void A_streamed_literal_is_its_announcement(string written, long octets, bool isSynchronizing, bool isBinary)
    {
        Assert.That(
            Parse(written, (ref CommandParser parser) => parser.StreamedLiteral()), Is.EqualTo(new LiteralHeader(octets, isSynchronizing, isBinary)));
    }

    [TestCase("(a) {3}")]
    [TestCase("{}")]
    [TestCase("{3")]
    [TestCase("{-3}")]
    [TestCase("3}")]
    public void What_announces_no_literal_is_refused(string written)
    {
        Refuses(written, (ref CommandParser parser) => parser.StreamedLiteral());
    }

    [Test]
    public void Nesting_has_an_end()
    {
        Assert.Throws<SyntaxException>(() =>
        {
            var parser = new CommandParser(default, default);
            while (true)
            {
                parser.Enter();
            }
        });
    }

    [TestCase("a NOOP", "a", "NOOP", 6)]
    [TestCase("A1 uid fetch 1 FLAGS", "A1", "UID FETCH", 12)]
    [TestCase("a uid", "a", "UID", 5)]
    [TestCase("a]b LIST", "a]b", "LIST", 8)]
    [TestCase("a", "a", "", 1)]
    [TestCase("+ NOOP", null, "", 6)]
    [TestCase("a  NOOP", "a", "NOOP", 7)]
    [TestCase(" NOOP", null, "", 5)]
    public void A_command_begins_with_tag_and_name(string written, string? tag, string name, int argumentsAt)
    {
        var head = CommandHead.Read(Encoding.ASCII.GetBytes(written));

        Assert.That((head.Tag, head.Name, head.ArgumentsAt), Is.EqualTo((tag, name, argumentsAt)));
    }

    [Test]
    public void Every_command_refuses_what_is_cut_short_or_goes_on()
    {
        foreach (var text in (string[])["LOGIN a b", "SELECT x", "STATUS x (MESSAGES)", "LIST \"\" *", "RENAME a b", "AUTHENTICATE PLAIN =", "ENABLE X"])
        {
            for (var length = text.IndexOf(' ', StringComparison.Ordinal); length < text.Length - 1; length++)
            {
                if (text[length - 1] is not ' ' && length > text.IndexOf(' ', StringComparison.Ordinal))
                {
                    continue;
                }
                Assert.Throws<SyntaxException>(() => ParseCommand(text[..length]), text[..length]);
            }
            Assert.Throws<SyntaxException>(() => ParseCommand(text + " ("), text);
        }
    }

    static void ParseCommand(string text)
    {
        var octets = Encoding.ASCII.GetBytes("t " + text);
        var head = CommandHead.Read(octets);
        var parser = new CommandParser(octets.AsSpan(head.ArgumentsAt), EnabledExtensions.None);
        Assert.That(head.Row, Is.Not.Null);
        head.Row!.Parse(ref parser);
    }
}
