using System.Text;
using AgentPost.Mime.Composing;

namespace AgentPost.Mime.Tests;

sealed class AuthorFieldsTests
{
    [Test]
    public void From_is_replaced_in_its_place_and_all_else_stays_octet_for_octet() => Assert.That(
        Replace("Subject:  a\r\n b\r\nFrom: \"Agent\"\r\n <agent@here.test>\r\nx-odd:1\r\n\r\n", new("bob@elsewhere.test", "Bob")),
        Is.EqualTo("Subject:  a\r\n b\r\nFrom: Bob <bob@elsewhere.test>\r\nx-odd:1\r\n\r\n"));

    [TestCase("Agent Smith <agent@here.test>", "From: Agent Smith <bob@elsewhere.test>\r\n\r\n")]
    [TestCase("\"Smith, Agent\" <agent@here.test>", "From: \"Smith, Agent\" <bob@elsewhere.test>\r\n\r\n")]
    [TestCase("agent@here.test", "From: bob@elsewhere.test\r\n\r\n")]
    public void Without_a_name_of_the_account_the_name_stays(string from, string expected) =>
        Assert.That(Replace($"From: {from}\r\n\r\n", new("bob@elsewhere.test")), Is.EqualTo(expected));

    [Test]
    public void A_name_in_encoded_words_stays_and_brings_no_line_ends() => Assert.That(
        Replace("From: =?utf-8?q?Andr=C3=A9=0D=0ABcc=3A_eve=00?= <agent@here.test>\r\n\r\n", new("bob@elsewhere.test")),
        Does.Match(@"\AFrom: =\?utf-8\?.\?\S+\?= <bob@elsewhere\.test>\r\n\r\n\z").IgnoreCase);

    [Test]
    public void Sender_goes_and_a_Reply_To_that_names_the_author_alone() => Assert.That(
        Replace("From: agent@here.test\r\nSender: agent@here.test\r\nReply-To: Agent <Agent@Here.test>\r\n\r\n", new("bob@elsewhere.test")),
        Is.EqualTo("From: bob@elsewhere.test\r\n\r\n"));

    [Test]
    public void A_Reply_To_that_names_others_stays() => Assert.That(
        Replace("From: agent@here.test\r\nReply-To: agent@here.test, other@here.test\r\n", new("bob@elsewhere.test")),
        Is.EqualTo("From: bob@elsewhere.test\r\nReply-To: agent@here.test, other@here.test\r\n"));

    static string Replace(string header, MailboxAddress author) => Encoding.ASCII.GetString(
        AuthorFields.Replace(Encoding.ASCII.GetBytes(header), author, address => address.Equals("agent@here.test", StringComparison.OrdinalIgnoreCase)).Span);
}
