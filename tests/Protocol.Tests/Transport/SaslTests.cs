using System.Text;
using AgentPost.Protocol.Sasl;

namespace AgentPost.Protocol.Tests;

sealed class SaslTests
{
    [TestCase("\0agent@x.test\0key", "agent@x.test", "key")]
    [TestCase("agent@x.test\0agent@x.test\0key", "agent@x.test", "key")]
    [TestCase("AGENT@x.test\0agent@x.test\0key", "agent@x.test", "key")]
    public void Plain_gives_user_and_secret(string message, string userName, string secret)
    {
        var step = SaslMechanisms.Create("plain"u8)!.Start(Base64(message));
        Assert.That(step, Is.EqualTo(new SaslCredentials(userName, secret)));
    }

    [Test]
    public void Plain_without_initial_response_asks_once()
    {
        var exchange = SaslMechanisms.Create("PLAIN"u8)!;
        Assert.That(exchange.Start(), Is.EqualTo(new SaslChallenge("")));
        Assert.That(exchange.Continue(Base64("\0a\0b")), Is.EqualTo(new SaslCredentials("a", "b")));
    }

    [TestCase("")]
    [TestCase("agent key")]
    [TestCase("\0agent")]
    [TestCase("\0\0key")]
    [TestCase("\0agent\0")]
    [TestCase("\0agent\0key\0more")]
    public void Plain_refuses_another_shape(string message) =>
        Assert.That(SaslMechanisms.Create("PLAIN"u8)!.Start(Base64(message)), Is.EqualTo(new SaslFailure(SaslFault.Malformed)));

    [Test]
    public void Plain_refuses_to_act_for_another() =>
        Assert.That(
            SaslMechanisms.Create("PLAIN"u8)!.Start(Base64("boss@x.test\0agent@x.test\0key")),
            Is.EqualTo(new SaslFailure(SaslFault.AuthorizationIdentityRefused)));

    [Test]
    public void Login_asks_for_the_name_and_then_for_the_password()
    {
        var exchange = SaslMechanisms.Create("LOGIN"u8)!;
        Assert.That(exchange.Start(), Is.EqualTo(new SaslChallenge("VXNlcm5hbWU6")));
        Assert.That(exchange.Continue(Base64("agent@x.test")), Is.EqualTo(new SaslChallenge("UGFzc3dvcmQ6")));
        Assert.That(exchange.Continue(Base64("key")), Is.EqualTo(new SaslCredentials("agent@x.test", "key")));
    }

    [Test]
    public void Login_takes_the_name_as_initial_response()
    {
        var exchange = SaslMechanisms.Create("LOGIN"u8)!;
        Assert.That(exchange.Start(Base64("agent@x.test")), Is.EqualTo(new SaslChallenge("UGFzc3dvcmQ6")));
    }

    [Test]
    public void A_star_aborts([Values("PLAIN", "LOGIN")] string mechanism)
    {
        var exchange = SaslMechanisms.Create(Encoding.ASCII.GetBytes(mechanism))!;
        exchange.Start();
        Assert.That(exchange.Continue("*"u8), Is.EqualTo(new SaslFailure(SaslFault.Aborted)));
    }

    [TestCase("n,a=agent@x.test,\u0001host=mail.x.test\u0001port=993\u0001auth=Bearer key\u0001\u0001", "agent@x.test")]
    [TestCase("y,a=agent@x.test,\u0001auth=bearer  key\u0001\u0001", "agent@x.test")]
    [TestCase("n,a=a=2Cb=3Dc@x.test,\u0001auth=Bearer key\u0001\u0001", "a,b=c@x.test")]
    [TestCase("n,,\u0001auth=Bearer key\u0001\u0001", "")]
    public void OAuthBearer_gives_user_and_token(string message, string userName) =>
        Assert.That(SaslMechanisms.Create("OAUTHBEARER"u8)!.Start(Base64(message)), Is.EqualTo(new SaslCredentials(userName, "key")));

    [TestCase("")]
    [TestCase("n,a=agent@x.test,")]
    [TestCase("n,a=agent@x.test,\u0001auth=Bearer key\u0001")]
    [TestCase("n,a=agent@x.test,\u0001auth=Basic key\u0001\u0001")]
    [TestCase("n,a=agent@x.test,\u0001auth=Bearer \u0001\u0001")]
    [TestCase("n,a=agent@x.test,\u0001host=mail.x.test\u0001\u0001")]
    [TestCase("n,a=agent=40x.test,\u0001auth=Bearer key\u0001\u0001")]
    [TestCase("p=tls-exporter,a=agent@x.test,\u0001auth=Bearer key\u0001\u0001")]
    [TestCase("user=agent@x.test\u0001auth=Bearer key\u0001\u0001")]
    [TestCase("\u0001\u0001")]
    public void OAuthBearer_refuses_another_shape(string message) =>
        Assert.That(SaslMechanisms.Create("OAUTHBEARER"u8)!.Start(Base64(message)), Is.EqualTo(new SaslFailure(SaslFault.Malformed)));

    [Test]
    public void XOAuth2_gives_user_and_token() => Assert.That(
        SaslMechanisms.Create("XOAUTH2"u8)!.Start(Base64("user=agent@x.test\u0001auth=Bearer key\u0001\u0001")),
        Is.EqualTo(new SaslCredentials("agent@x.test", "key")));

    [TestCase("")]
    [TestCase("user=\u0001auth=Bearer key\u0001\u0001")]
    [TestCase("user=agent@x.test\u0001\u0001")]
    [TestCase("n,a=agent@x.test,\u0001auth=Bearer key\u0001\u0001")]
    public void XOAuth2_refuses_another_shape(string message) =>
        Assert.That(SaslMechanisms.Create("XOAUTH2"u8)!.Start(Base64(message)), Is.EqualTo(new SaslFailure(SaslFault.Malformed)));

    [Test]
    public void Only_mechanisms_with_tokens_have_words_for_a_refusal()
    {
        Assert.That(SaslMechanisms.Create("PLAIN"u8)!.Refusal, Is.Null);
        Assert.That(SaslMechanisms.Create("LOGIN"u8)!.Refusal, Is.Null);
        Assert.That(Status("OAUTHBEARER"), Is.EqualTo("invalid_token"));
        Assert.That(Status("XOAUTH2"), Is.EqualTo("401"));

        static string? Status(string mechanism) => System.Text.Json.JsonElement.Parse(
            Convert.FromBase64String(SaslMechanisms.Create(Encoding.ASCII.GetBytes(mechanism))!.Refusal!.Base64)).GetProperty("status").GetString();
    }

    [TestCase("AGE=AGI=")]
    [TestCase("AGEA Yg==")]
    [TestCase("AGEAYg")]
    [TestCase("AGEAYg==\r")]
    [TestCase("!!!!")]
    [TestCase("=")]
    public void What_is_not_base64_is_refused(string line) =>
        Assert.That(SaslMechanisms.Create("PLAIN"u8)!.Start(Encoding.ASCII.GetBytes(line)), Is.EqualTo(new SaslFailure(SaslFault.Malformed)));

    [Test]
    public void Octets_that_are_not_UTF_8_are_refused() =>
        Assert.That(
            SaslMechanisms.Create("PLAIN"u8)!.Start(Encoding.ASCII.GetBytes(Convert.ToBase64String([0, 0xFF, 0, 65]))),
            Is.EqualTo(new SaslFailure(SaslFault.Malformed)));

    [Test]
    public void A_response_of_endless_length_is_refused() =>
        Assert.That(
            SaslMechanisms.Create("PLAIN"u8)!.Start(Base64("\0a\0" + new string('k', SaslExchange.ResponseLimit))),
            Is.EqualTo(new SaslFailure(SaslFault.Malformed)));

    [Test]
    public void The_text_of_credentials_hides_the_secret() => Assert.That(new SaslCredentials("a", "hidden").ToString(), Does.Not.Contain("hidden"));

    [Test]
    public void An_unknown_mechanism_is_not_offered() => Assert.That(SaslMechanisms.Create("CRAM-MD5"u8), Is.Null);

    static byte[] Base64(string text) => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
}
