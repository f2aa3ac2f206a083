using AgentPost.Store.Access;

namespace AgentPost.Store.Tests;

public sealed class KeySecretTests
{
    [Test]
    public void Secrets_have_one_width()
    {
        Assert.That(KeySecret.Format(new byte[32]), Is.EqualTo("ap_sk_" + new string('0', 43)));
        Assert.That(KeySecret.Format([.. Enumerable.Repeat((byte)255, 32)]), Is.EqualTo("ap_sk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1"));
    }

    [FsCheck.NUnit.Property]
    public bool Different_octets_are_different_secrets(Guid one, Guid two)
    {
        byte[] first = [.. one.ToByteArray(), .. two.ToByteArray()];
        byte[] second = [.. two.ToByteArray(), .. one.ToByteArray()];
        return KeySecret.Format(first) == KeySecret.Format(second) == (one == two);
    }

    [Test]
    public void No_two_secrets_are_the_same() =>
        Assert.That(Enumerable.Range(0, 1000).Select(_ => KeySecret.New()), Is.Unique);
}
