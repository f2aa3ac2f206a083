using System.Text;
using AgentPost.Protocol.Smtp.Grammar;

namespace AgentPost.Protocol.Tests.Smtp;

sealed class MailPathTests
{
    [TestCase("<agent@example.test>", "agent@example.test")]
    [TestCase("<Agent+tag@EXAMPLE.Test>", "Agent+tag@example.test")]
    [TestCase("<\"agent\"@example.test>", "agent@example.test")]
    [TestCase("<\"a\\gent\"@example.test>", "agent@example.test")]
    [TestCase("<\"two words\"@example.test>", "\"two words\"@example.test")]
    [TestCase("<\"a\\\"b\\\\c\"@example.test>", "\"a\\\"b\\\\c\"@example.test")]
    [TestCase("<\"a>b@c\"@example.test>", "\"a>b@c\"@example.test")]
    [TestCase("<\"\"@example.test>", "\"\"@example.test")]
    [TestCase("<\"a..b\"@example.test>", "\"a..b\"@example.test")]
    [TestCase("<try..this..0511@mobile.example>", "\"try..this..0511\"@mobile.example")]
    [TestCase("<xxx.yyy.@mobile.example>", "\"xxx.yyy.\"@mobile.example")]
    [TestCase("<.abc@mobile.example>", "\".abc\"@mobile.example")]
    [TestCase("<name...@mobile.example>", "\"name...\"@mobile.example")]
    [TestCase("<name..+tag@mobile.example>", "\"name..+tag\"@mobile.example")]
    [TestCase("<@relay.test,@other.test:agent@example.test>", "agent@example.test")]
    [TestCase("<agent@[127.0.0.1]>", "agent@[127.0.0.1]")]
    [TestCase("<agent@[IPv6:::1]>", "agent@[IPv6:::1]")]
    [TestCase("<агент@пример.test>", "агент@пример.test")]
    [TestCase("<o'brien!#$%&*/=?^_`{|}~-@example.test>", "o'brien!#$%&*/=?^_`{|}~-@example.test")]
    public void Reads(string path, string address) => Assert.That(Parse(path)?.Address, Is.EqualTo(address));

    [TestCase("")]
    [TestCase("<>")]
    [TestCase("agent@example.test")]
    [TestCase("<agent@example.test")]
    [TestCase("<agent>")]
    [TestCase("<@example.test>")]
    [TestCase("<agent@>")]
    [TestCase("<agent@example..test>")]
    [TestCase("<agent@.example.test>")]
    [TestCase("<agent@example.test.>")]
    [TestCase("<@example.test>")]
    [TestCase("<agent@-example.test>")]
    [TestCase("<agent@example.test.>")]
    [TestCase("<a b@example.test>")]
    [TestCase("<agent@exa mple.test>")]
    [TestCase("<\"agent@example.test>")]
    [TestCase("<\"agent\\")]
    [TestCase("<agent@[]>")]
    [TestCase("<agent@[1[2]>")]
    [TestCase("<@relay.test agent@example.test>")]
    [TestCase("<a@b@example.test>")]
    public void Refuses(string path) => Assert.That(Parse(path), Is.Null);

    [Test]
    public void Refuses_octets_that_are_not_UTF_8()
    {
        var reader = new ArgumentReader([(byte)'<', 0xC3, (byte)'@', (byte)'x', (byte)'>']);
        Assert.That(MailPath.Parse(ref reader), Is.Null);
    }

    [Test]
    public void Refuses_a_path_of_endless_length() => Assert.That(Parse($"<{new string('a', 400)}@example.test>"), Is.Null);

    [TestCase("<агент@example.test>", true)]
    [TestCase("<agent@example.test>", false)]
    public void Knows_an_international_address(string path, bool international) => Assert.That(Parse(path)!.IsInternational, Is.EqualTo(international));

    static MailPath? Parse(string path)
    {
        var reader = new ArgumentReader(Encoding.UTF8.GetBytes(path));
        return MailPath.Parse(ref reader);
    }
}
