using System.Text;
using AgentPost.Mime.Structure;
using AgentPost.Protocol.Imap.Fetch;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Reading;

namespace AgentPost.Protocol.Tests.Imap;

sealed class FetchGrammarTests
{
    [TestCase("BODY[]", ExpectedResult = "BODY[]")]
    [TestCase("body.peek[text]", ExpectedResult = "BODY[TEXT]")]
    [TestCase("BODY[1.2.mime]", ExpectedResult = "BODY[1.2.MIME]")]
    [TestCase("BODY[2.HEADER]<0.100>", ExpectedResult = "BODY[2.HEADER]<0>")]
    [TestCase("BODY.PEEK[Header.Fields (From X-b \"To\")]", ExpectedResult = "BODY[HEADER.FIELDS (From X-b To)]")]
    [TestCase("BODY[HEADER.FIELDS.NOT (\"odd name\")]<7.1>", ExpectedResult = "BODY[HEADER.FIELDS.NOT (\"odd name\")]<7>")]
    [TestCase("BODY[HEADER.FIELDS ({2}\r\ncc)]", ExpectedResult = "BODY[HEADER.FIELDS (cc)]")]
    public string A_section_is_named_in_the_response_as_the_client_knows_it(string item) => ((BodySectionItem)Parse(item).Single()).Label;

    [TestCase("binary[1.2]<3.4>", ExpectedResult = "BINARY[1.2]<3>")]
    [TestCase("BINARY.PEEK[]", ExpectedResult = "BINARY[]")]
    public string A_decoded_part_is_named_without_PEEK(string item) => ((BinaryItem)Parse(item).Single()).Label;

    [TestCase("BODY[0]")]
    [TestCase("BODY[1.]")]
    [TestCase("BODY[MIME]")]
    [TestCase("BODY[HEADER.FIELDS ()]")]
    [TestCase("BODY[HEADER.FIELDS (a\u0001b)]")]
    [TestCase("BODY[TEXT]<0>")]
    [TestCase("BODY[TEXT]<0.0>")]
    [TestCase("BODY[TEXT")]
    [TestCase("BODYX")]
    [TestCase("BINARY")]
    [TestCase("BINARY[TEXT]")]
    [TestCase("BINARY[1.]")]
    [TestCase("BINARY.SIZE[1]<0.1>")]
    [TestCase("PREVIEW (NOW)")]
    [TestCase("RFC822.HEADER.LINES ()")]
    [TestCase("()")]
    [TestCase("(UID")]
    [TestCase("(UID\tFLAGS)")]
    public void What_the_grammar_does_not_have_is_refused(string items) => Assert.That(() => Parse(items), Throws.TypeOf<SyntaxException>());

    [TestCase("FLAGS", Numbering.SequenceNumbers, ExpectedResult = "FLAGS")]
    [TestCase("(RFC822.SIZE UID FLAGS)", Numbering.SequenceNumbers, ExpectedResult = "UID FLAGS RFC822.SIZE")]
    [TestCase("(ENVELOPE UID)", Numbering.Uids, ExpectedResult = "UID ENVELOPE")]
    [TestCase("ALL", Numbering.Uids, ExpectedResult = "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE")]
    [TestCase("full", Numbering.SequenceNumbers, ExpectedResult = "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY")]
    [TestCase("(FAST FLAGS)", Numbering.SequenceNumbers, ExpectedResult = "FLAGS INTERNALDATE RFC822.SIZE")]
    [TestCase("(RFC822.HEADER.LINES (From) UID)", Numbering.Uids, ExpectedResult = "UID RFC822.HEADER")]
    [TestCase("(PREVIEW (LAZY) SAVEDATE EMAILID THREADID)", Numbering.SequenceNumbers, ExpectedResult = "PREVIEW SAVEDATE EMAILID THREADID")]
    [TestCase("(RFC822.PEEK INTERNALDATE)", Numbering.Uids, ExpectedResult = "UID RFC822 INTERNALDATE")]
    public string The_UID_comes_first_then_the_flags(string items, Numbering numbering) =>
        string.Join(' ', FetchPlan.Create(Parse(items), numbering).Items.Select(Name));

    [TestCase("(UID FLAGS)", MessageColumns.None)]
    [TestCase("BODY[HEADER.FIELDS (From)]", MessageColumns.Header | MessageColumns.Parts)]
    [TestCase("BODY.PEEK[HEADER]", MessageColumns.Header | MessageColumns.Parts)]
    [TestCase("BODY[]", MessageColumns.Size | MessageColumns.Octets)]
    [TestCase("BODY[]<262144.100>", MessageColumns.Size)]
    [TestCase("BODY[1.HEADER]", MessageColumns.Parts | MessageColumns.Octets)]
    [TestCase("(ENVELOPE RFC822.SIZE)", MessageColumns.Envelope | MessageColumns.Size)]
    public void Only_what_is_needed_is_read(string items, MessageColumns columns) =>
        Assert.That(FetchPlan.Create(Parse(items), Numbering.Uids).Columns, Is.EqualTo(columns));

    [TestCase("BODY[]", ExpectedResult = true)]
    [TestCase("(UID BODY.PEEK[])", ExpectedResult = false)]
    [TestCase("RFC822", ExpectedResult = true)]
    [TestCase("RFC822.TEXT", ExpectedResult = true)]
    [TestCase("RFC822.HEADER", ExpectedResult = false)]
    [TestCase("(ENVELOPE BODY)", ExpectedResult = false)]
    public bool Reading_a_body_marks_it_as_seen(string items) => FetchPlan.Create(Parse(items), Numbering.Uids).SetsSeen;

    [Test]
    public void A_path_and_its_text_become_a_section()
    {
        var section = ((BodySectionItem)Parse("BODY[3.1.HEADER.FIELDS.NOT (Received)]<5.10>").Single());

        Assert.That(section.Section.Path, Is.EqualTo([3, 1]));
        Assert.That(section.Section.Text, Is.EqualTo(SectionText.HeaderFieldsNot));
        Assert.That(section.Section.FieldNames, Is.EqualTo(["Received"]));
        Assert.That(section.Partial, Is.EqualTo(new OctetRange(5, 10)));
    }

    static string Name(FetchItem item) => item is BodySectionItem section ? section.Label : ((PlainItem)item).Name;

    static IReadOnlyList<FetchItem> Parse(string items)
    {
        var parser = new CommandParser(Encoding.ASCII.GetBytes(items), EnabledExtensions.None);
        var parsed = FetchItems.Parse(ref parser);
        parser.End();
        return parsed;
    }
}
