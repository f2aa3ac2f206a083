using System.Buffers;
using System.Text;
using AgentPost.Mime.Headers;

namespace AgentPost.Mime.Tests;

sealed class HeaderFieldsTests
{
    const string Header = "Subject: one\r\n\ttwo\r\nFROM: a@b\r\nnonsense\r\nTo : c@d\nX-From: e\r\n\r\n";

    [TestCase("subject", "Subject: one\r\n\ttwo\r\n\r\n", TestName = "Folded_lines_are_kept")]
    [TestCase("from to", "FROM: a@b\r\nTo : c@d\n\r\n", TestName = "Case_and_order_of_names_do_not_matter")]
    [TestCase("absent", "\r\n", TestName = "Blank_line_is_there_without_fields")]
    [TestCase("", "\r\n", TestName = "No_names")]
    public void Only(string names, string expected) => Assert.That(Filter(Header, names, HeaderFilter.Only), Is.EqualTo(expected));

    [TestCase("subject from to x-from", "nonsense\r\n\r\n", TestName = "Lines_without_name_are_not_among_the_names")]
    [TestCase("", Header, TestName = "All_but_none")]
    public void All_but(string names, string expected) => Assert.That(Filter(Header, names, HeaderFilter.AllBut), Is.EqualTo(expected));

    [Test]
    public void A_byte_order_mark_is_not_part_of_a_name() => Assert.Multiple(() =>
    {
        Assert.That(Filter("\uFEFFA: b\r\nC: d\r\n\r\n", "a", HeaderFilter.Only), Is.EqualTo("A: b\r\n\r\n"));
        Assert.That(Filter("\uFEFFA: b\r\nC: d\r\n\r\n", "a", HeaderFilter.AllBut), Is.EqualTo("C: d\r\n\r\n"));
        Assert.That(Filter("\uFEFFA: b\r\nC: d\r\n\r\n", "c", HeaderFilter.AllBut), Is.EqualTo("\uFEFFA: b\r\n\r\n"));
    });

    [TestCase("A: b")]
    [TestCase("A: b\r\n")]
    [TestCase("")]
    public void Header_of_a_message_without_blank_line_gets_none(string header) => Assert.That(Filter(header, "a", HeaderFilter.Only), Is.EqualTo(header));

    [Test]
    public void Body_is_no_header() => Assert.That(Filter("A: b\r\n\r\nA: c\r\n", "a", HeaderFilter.Only), Is.EqualTo("A: b\r\n\r\n"));

    static string Filter(string header, string names, HeaderFilter filter)
    {
        var output = new ArrayBufferWriter<byte>();
        HeaderFields.Filter(Encoding.UTF8.GetBytes(header), names.Split(' ', StringSplitOptions.RemoveEmptyEntries), filter, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
