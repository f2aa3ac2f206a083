using AgentPost.Protocol.Imap;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class CapabilitiesTests
{
    [Test]
    public void Login_methods_are_advertised_before_login_only()
    {
        var options = new ImapOptions("mail.example.com");

        Assert.That(Capabilities.BeforeLogin(options), Does.StartWith("IMAP4rev1 ").And.Contain(" AUTH=PLAIN ").And.Not.Contain("MOVE"));
        Assert.That(Capabilities.AfterLogin(options), Does.StartWith("IMAP4rev1 ").And.Contain(" UIDPLUS").And.Not.Contain("AUTH="));
    }

    [Test]
    public void A_setting_hides_a_capability()
    {
        var options = new ImapOptions("mail.example.com") { HiddenCapabilities = ["idle", "AUTH=LOGIN"] };

        Assert.That(Capabilities.BeforeLogin(options), Does.Not.Contain("IDLE").And.Not.Contain("AUTH=LOGIN").And.Contain("AUTH=PLAIN"));
    }

    [TestCase(1000, ExpectedResult = "APPENDLIMIT=1000")]
    [TestCase(long.MaxValue, ExpectedResult = "APPENDLIMIT")]
    public string The_length_of_messages_is_told_unless_there_is_no_limit(long octets) =>
        Capabilities.AfterLogin(new("mail.example.com") { MessageOctets = octets }).Split(' ').Single(name => name.StartsWith("APPENDLIMIT", StringComparison.Ordinal));
}
