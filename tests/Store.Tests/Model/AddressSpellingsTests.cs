using AgentPost.Store.Addresses;

namespace AgentPost.Store.Tests.Model;

public sealed class AddressSpellingsTests
{
    [TestCase("Ann@Example.TEST", "ann@example.test")]
    [TestCase("ann@bücher.example", "ann@xn--bcher-kva.example", "ann@bücher.example")]
    [TestCase("ann@BU\u0308CHER.example", "ann@xn--bcher-kva.example", "ann@bücher.example")]
    [TestCase("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example", "ann@bücher.example")]
    [TestCase("ann@straße.example", "ann@xn--strae-oqa.example", "ann@straße.example")]
    [TestCase("e\u0301@例え.test", "é@xn--r8jz45g.test", "é@例え.test")]
    [TestCase("ann@xn--a.example", "ann@xn--a.example")]
    [TestCase("*.bücher.example", "*.xn--bcher-kva.example", "*.bücher.example")]
    [TestCase("ann@xn--\u00fc.example", "ann@xn--\u00fc.example")]
    [TestCase("ann", "ann")]
    [TestCase("", "")]
    public void Every_spelling_leads_to_the_same(string address, params string[] spellings)
    {
        Assert.That(AddressSpellings.Canonical(address), Is.EqualTo(spellings[0]));
        Assert.That(AddressSpellings.Of(address), Is.EquivalentTo(spellings));
        foreach (var spelling in spellings)
        {
            Assert.That(AddressSpellings.Canonical(spelling), Is.EqualTo(spellings[0]));
            Assert.That(AddressSpellings.Of(spelling)[0], Is.EqualTo(spelling));
        }
    }
}
