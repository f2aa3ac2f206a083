using System.Text;
using AgentPost.Mime.Structure;

namespace AgentPost.Mime.Tests;

sealed class EnvelopeReaderTests
{
    [TestCase("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)", ExpectedResult = "")]
    [TestCase("(\"a (b)\" \"a \\\"b\\\" \\\\\" NIL NIL NIL NIL NIL NIL NIL NIL)", ExpectedResult = "a \"b\" \\")]
    [TestCase("({3}\r\n\"(  {4}\r\nä)( NIL NIL NIL NIL NIL NIL NIL NIL)", ExpectedResult = "ä)(")]
    [TestCase("(NIL \"=?utf-8?q?=C3=A4pfel?=\" NIL NIL NIL NIL NIL NIL NIL NIL)", ExpectedResult = "äpfel")]
    public string Subject_is_decoded(string envelope) => EnvelopeReader.Subject(Encoding.UTF8.GetBytes(envelope));

    [Test]
    public void First_address_of_a_field_is_read()
    {
        var envelope = "(NIL NIL ((\"=?utf-8?q?=C3=84nne?=\" NIL \"anna\" \"a.test\")(NIL NIL \"b\" \"b.test\")) NIL NIL ((NIL NIL \"team\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL)"u8;

        Assert.That(EnvelopeReader.FirstAddress(envelope, EnvelopeField.From), Is.EqualTo(new EnvelopeAddress("Änne", "anna", "a.test")));
        Assert.That(EnvelopeReader.FirstAddress(envelope, EnvelopeField.To), Is.EqualTo(new EnvelopeAddress(null, "team", null)));
        Assert.That(EnvelopeReader.FirstAddress(envelope, EnvelopeField.Cc), Is.Null);
    }
}
