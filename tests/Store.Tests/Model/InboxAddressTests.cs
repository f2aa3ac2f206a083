using AgentPost.Store.Addresses;

namespace AgentPost.Store.Tests.Model;

public sealed class InboxAddressTests
{
    [TestCase("agent@agentpost.test", "agent@agentpost.test", null)]
    [TestCase("Agent.Smith@AgentPost.TEST", "agent.smith@agentpost.test", null)]
    [TestCase("agent+News@agentpost.test", "agent@agentpost.test", "news")]
    [TestCase("agent+a+b@agentpost.test", "agent@agentpost.test", "a+b")]
    [TestCase("agent+@agentpost.test", "agent@agentpost.test", null)]
    [TestCase("\"agent\"@agentpost.test", "agent@agentpost.test", null)]
    [TestCase("agent@localhost", "agent@localhost", null)]
    [TestCase("a!#$%&'*-/=?^_`{|}~z@x.test", "a!#$%&'*-/=?^_`{|}~z@x.test", null)]
    [TestCase("PEDRO.JOSE\u0301@EXAMPLE.TEST", "pedro.josé@example.test", null)]
    [TestCase("用户@例え.テスト", "用户@例え.テスト", null)]
    [TestCase("a@xn--r8jz45g.test", "a@xn--r8jz45g.test", null)]
    public void Addresses_are_kept_in_one_spelling(string text, string value, string? tag)
    {
        Assert.That(InboxAddress.TryParse(text, out var address, out var plusTag), Is.True);
        Assert.That(address?.Value, Is.EqualTo(value));
        Assert.That(plusTag, Is.EqualTo(tag));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("agent")]
    [TestCase("@agentpost.test")]
    [TestCase("agent@")]
    [TestCase("+tag@agentpost.test")]
    [TestCase("a b@agentpost.test")]
    [TestCase("\"a b\"@agentpost.test")]
    [TestCase("a@b@agentpost.test")]
    [TestCase(".a@agentpost.test")]
    [TestCase("a.@agentpost.test")]
    [TestCase("a.+tag@agentpost.test")]
    [TestCase("a..b@agentpost.test")]
    [TestCase("a@.test")]
    [TestCase("a@agentpost.test.")]
    [TestCase("a@-agentpost.test")]
    [TestCase("a@agent_post.test")]
    [TestCase("a@[127.0.0.1]")]
    [TestCase("<a@agentpost.test>")]
    [TestCase("a@agentpost.test\r\n")]
    [TestCase("a\u200b@agentpost.test", Description = "zero width space")]
    [TestCase("a\u202e@agentpost.test", Description = "right-to-left override")]
    [TestCase("a\u00a0b@agentpost.test")]
    public void What_is_no_address_is_refused(string? text) => Assert.That(InboxAddress.TryParse(text, out _, out _), Is.False);

    [Test]
    public void Half_a_surrogate_pair_is_refused() => Assert.That(InboxAddress.TryParse("a\udc00@x.test", out _, out _), Is.False);

    [TestCase(64, 20, ExpectedResult = true)]
    [TestCase(65, 20, ExpectedResult = false)]
    [TestCase(1, 63, ExpectedResult = true)]
    [TestCase(1, 64, ExpectedResult = false)]
    public bool Parts_have_their_limits(int local, int label) =>
        InboxAddress.TryParse($"{new string('a', local)}@{new string('b', label)}.test", out _, out _);

    [Test]
    public void An_address_has_254_octets_at_most()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('b', 62), 4)); // 251
        Assert.That(InboxAddress.TryParse($"aa@{domain}", out _, out _), Is.True);
        Assert.That(InboxAddress.TryParse($"aaa@{domain}", out _, out _), Is.False);
    }

    [FsCheck.NUnit.Property]
    public bool Parsing_is_idempotent(string? local, string? domain) =>
        !InboxAddress.TryParse($"{local}@{domain}", out var address, out _)
        || (InboxAddress.TryParse(address.Value, out var again, out var tag) && again == address && tag is null);
}
