using System.Text;
using AgentPost.Protocol.Imap.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class ModifiedUtf7Tests
{
    [TestCase("INBOX", "INBOX")]
    [TestCase("Tom & Jerry", "Tom &- Jerry")]
    [TestCase("Entwürfe", "Entw&APw-rfe")]
    [TestCase("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    [TestCase("☺!", "&Jjo-!")]
    [TestCase("😀", "&2D3eAA-")]
    [TestCase("a\tb", "a&AAk-b")]
    public void Names_are_encoded_as_in_RFC_3501(string name, string encoded)
    {
        Assert.That(ModifiedUtf7.Encode(name), Is.EqualTo(encoded));
        Assert.That(ModifiedUtf7.TryDecode(Encoding.ASCII.GetBytes(encoded), out var decoded), Is.True);
        Assert.That(decoded, Is.EqualTo(name));
    }

    [TestCase("a&b", Description = "shift that does not end")]
    [TestCase("&AG8-", Description = "printable ASCII in base64")]
    [TestCase("&Jjo-&Jjo-", Description = "shift directly after a shift")]
    [TestCase("&Jjp-", Description = "padding bits that are not zero")]
    [TestCase("&Jj-", Description = "half a character")]
    [TestCase("&2D0-", Description = "lone surrogate")]
    [TestCase("&J/o-", Description = "slash in base64")]
    [TestCase("&JjoA-", Description = "superfluous digit")]
    [TestCase("Entwürfe", Description = "8-bit octets")]
    [TestCase("a\tb", Description = "control")]
    public void Other_spellings_are_refused(string encoded)
    {
        Assert.That(ModifiedUtf7.TryDecode(Encoding.UTF8.GetBytes(encoded), out _), Is.False);
    }

    [FsCheck.NUnit.Property]
    public Property Every_well_formed_name_comes_back() => Prop.ForAll(WellFormed(), name =>
    {
        var encoded = Encoding.ASCII.GetBytes(ModifiedUtf7.Encode(name));
        return ModifiedUtf7.TryDecode(encoded, out var decoded) && decoded == name;
    });

    [FsCheck.NUnit.Property]
    public Property What_is_taken_has_no_other_spelling() => Prop.ForAll(Spellings(), encoded =>
        !ModifiedUtf7.TryDecode(Encoding.ASCII.GetBytes(encoded), out var decoded) || ModifiedUtf7.Encode(decoded) == encoded);

    static Arbitrary<string> WellFormed() =>
        Gen.Choose(1, 0x10FFFF).Where(Rune.IsValid).Select(value => new Rune(value).ToString()).ListOf().Select(string.Concat).ToArbitrary();

    static Arbitrary<string> Spellings() =>
        Gen.Elements("&-JjoAGbU,BTFw 2D3eA+/".ToCharArray()).ListOf().Select(chars => string.Concat(chars)).ToArbitrary();
}
