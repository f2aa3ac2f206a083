using System.Text;
using AgentPost.Mime.Composing;

namespace AgentPost.Mime.Tests;

/// <summary>Lines of built messages: their length, their ends, and what other programs do to them.</summary>
sealed class MessageLineTests
{
    static readonly string LongWord = new('w', 5_000);
    static readonly string LongText = string.Concat(Enumerable.Repeat("漢字 word, ", 500));

    static readonly IReadOnlyList<Action<MessageBuilder>> Extremes =
    [
        builder => builder.Subject = LongWord,
        builder => builder.Subject = LongText,
        builder => builder.Subject = new string('w', 900) + " " + new string('v', 901),
        builder => builder.Fields = [(new string('X', 76), new string('w', 900))],
        builder => builder.Fields = [("List-Unsubscribe", $"<https://x.example/{LongWord}>")],
        builder => builder.Fields = [("DKIM-Signature", $"v=1; b={LongWord}")],
        builder => builder.To = [new MailboxAddress("a@b", LongWord), new MailboxAddress("a@b", LongText), new MailboxAddress("a@b", "a, " + new string('b', 70))],
        builder => builder.To = [new MailboxAddress($"{new string('l', 64)}@{new string('d', 63)}.{new string('d', 63)}.{new string('d', 63)}.{new string('d', 60)}")],
        builder => builder.To = [.. Enumerable.Range(0, 1_000).Select(i => new MailboxAddress($"{i}@x.example", $"Nr. {i}"))],
        builder => builder.To = [new GroupAddress(LongText, [new MailboxAddress("a@b", LongWord)])],
        builder => builder.References = [.. Enumerable.Range(0, 100).Select(i => $"{new string('r', 890)}{i}@x")],
        builder => builder.Attachments = [File with { FileName = LongWord }, File with { FileName = LongText }],
        builder => builder.Attachments = [File with { ContentType = $"a/b; x={LongWord}; y=\"{LongText}\"" }],
        builder => builder.Text = LongWord + "\n" + LongText,
        builder => builder.Html = LongText + LongWord,
    ];

    [TestCaseSource(nameof(Indexes))]
    public void No_line_is_longer_than_998_bytes(int index)
    {
        var builder = MessageBuilderTests.Builder();
        Extremes[index](builder);
        var lines = Encoding.UTF8.GetString(MessageBuilderTests.Octets(builder)).Split("\r\n");
        Assert.Multiple(() =>
        {
            Assert.That(lines.Select(Encoding.UTF8.GetByteCount).Max(), Is.LessThanOrEqualTo(998));
            Assert.That(lines.Where(line => line.AsSpan().ContainsAny('\r', '\n')), Is.Empty);
        });
    }

    [Test]
    public void Urls_and_tokens_stay_whole_in_a_field()
    {
        var url = $"<https://x.example/unsubscribe?token={new string('t', 300)}>";
        var builder = MessageBuilderTests.Builder();
        builder.Fields = [("List-Unsubscribe", $"{url}, <mailto:u@x.example>")];
        Assert.That(Encoding.UTF8.GetString(MessageBuilderTests.Octets(builder)), Does.Contain(url));
    }

    [Test]
    public void Lines_of_quoted_printable_have_at_most_76_bytes([Range(0, 8)] int shift)
    {
        var builder = MessageBuilderTests.Builder();
        builder.Text = string.Concat(Enumerable.Repeat(new string('x', 60 + shift) + "ü" + new string('y', 20), 20));
        var octets = Encoding.ASCII.GetString(MessageBuilderTests.Octets(builder));
        Assert.That(octets, Does.Contain("quoted-printable"));
        Assert.That(octets.Split("\r\n").Max(line => line.Length), Is.LessThanOrEqualTo(76));
    }

    [Test]
    public void Programs_with_mbox_files_find_no_From_line()
    {
        var builder = MessageBuilderTests.Builder();
        builder.Text = "One\nFrom Ann\n\nFrom Bob, größer\n";
        var scan = MessageBuilderTests.Scan(builder, out var octets);
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.ASCII.GetString(octets), Does.Not.Contain("\r\nFrom "));
            Assert.That(Encoding.UTF8.GetString(MessageBuilderTests.Content(octets, scan.Root)), Is.EqualTo(MessageBuilderTests.Canonical(builder.Text)));
        });
    }

    // RFC 3676: a blank at the end of a line says that the paragraph continues.
    [Test]
    public void Blanks_at_the_ends_of_lines_stay([Values("", "ü")] string more)
    {
        var builder = MessageBuilderTests.Builder();
        builder.Text = $"A paragraph \nof flowed text{more} \nthat ends.\n-- \nAnn\f\n \n";
        var scan = MessageBuilderTests.Scan(builder, out var octets);
        Assert.That(Encoding.UTF8.GetString(MessageBuilderTests.Content(octets, scan.Root)), Is.EqualTo(MessageBuilderTests.Canonical(builder.Text)));
    }

    [Test]
    public void The_Message_ID_of_an_international_host_is_ASCII() =>
        Assert.That(new MessageBuilder(TimeProvider.System, "bücher.example").MessageId, Does.EndWith("@xn--bcher-kva.example"));

    [TestCase("a@b", true)]
    [TestCase("größe@b", false)]
    [TestCase("a b@c", false)]
    public void A_new_Message_ID_is_ASCII(string id, bool isValid) => Assert.That(MessageBuilder.IsMessageId(id), Is.EqualTo(isValid));

    static IEnumerable<int> Indexes => Enumerable.Range(0, Extremes.Count);

    static MessageFile File => MessageFile.FromMemory("image/png", [1]);
}
