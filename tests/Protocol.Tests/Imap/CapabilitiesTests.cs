using AgentPost.Protocol.Imap.Session;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class CapabilitiesTests
{
    [Test]
    public void Login_methods_are_advertised_before_login_only()
    {
        var options = new ImapOptions("mail.example.com");

        Assert.That(Capabilities.BeforeLogin(options), Does.StartWith("IMAP4rev1 ").And.Contain(" AUTH=PLAIN ").And.Not.Contain("MOVE"));
        Assert.That(Capabilities.AfterLogin(options, new()), Does.StartWith("IMAP4rev1 ").And.Contain(" UIDPLUS").And.Not.Contain("AUTH="));
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
        Capabilities.AfterLogin(new("mail.example.com") { MessageOctets = octets }, new()).Split(' ').Single(name => name.StartsWith("APPENDLIMIT", StringComparison.Ordinal));

    [TestCase(long.MaxValue, long.MaxValue, ExpectedResult = "")]
    [TestCase(5, long.MaxValue, ExpectedResult = "QUOTA QUOTA=RES-MESSAGE")]
    [TestCase(long.MaxValue, 5, ExpectedResult = "QUOTA QUOTA=RES-STORAGE")]
    [TestCase(5, 5, ExpectedResult = "QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE")]
    public string Quotas_are_advertised_for_what_has_a_limit(long messages, long octets) => string.Join(' ', Capabilities
        .AfterLogin(new("mail.example.com"), new InboxCapacity { Messages = messages, Octets = octets })
        .Split(' ')
        .Where(name => name.StartsWith("QUOTA", StringComparison.Ordinal)));
}
