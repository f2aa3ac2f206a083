using System.Security.Cryptography;
using System.Text;
using AgentPost.Store.Data;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests;

sealed class SecretBoxTests
{
    const string Secret = "pässword";
    const string Place = "surface inb_1 imap";

    string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("agentpost-secrets-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_was_sealed_opens_with_the_key_of_the_file_also_after_a_restart()
    {
        var sealedSecret = new SecretBox(_folder, null).Seal(Secret, Place);

        Assert.That(new SecretBox(_folder, null).Open(sealedSecret, Place), Is.EqualTo(Secret));
        Assert.That(Encoding.Latin1.GetString(sealedSecret), Does.Not.Contain("ssword"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_same_secret_is_never_sealed_alike()
    {
        var box = new SecretBox(_folder, null);

        Assert.That(Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(box.Seal(Secret, Place))), Is.Unique);
    }

    [Test]
    public void For_another_place_or_with_another_key_it_does_not_open()
    {
        var key = RandomNumberGenerator.GetBytes(SecretBox.KeyOctets);
        var box = new SecretBox(_folder, key);
        var sealedSecret = box.Seal(Secret, Place);

        Assert.That(box.Open(sealedSecret, "surface inb_2 imap"), Is.Null);
        Assert.That(new SecretBox(_folder, RandomNumberGenerator.GetBytes(SecretBox.KeyOctets)).Open(sealedSecret, Place), Is.Null);
        Assert.That(new SecretBox("/nowhere", key).Open(sealedSecret, Place), Is.EqualTo(Secret), "A given key needs no file.");
    }

    [Test]
    public void Changed_anywhere_or_cut_it_does_not_open()
    {
        var box = new SecretBox(_folder, RandomNumberGenerator.GetBytes(SecretBox.KeyOctets));
        var sealedSecret = box.Seal(Secret, Place);

        for (var i = 0; i < sealedSecret.Length; i++)
        {
            var changed = sealedSecret.ToArray();
            changed[i] ^= 1;
            Assert.That(box.Open(changed, Place), Is.Null, $"octet {i}");
            Assert.That(box.Open(sealedSecret[..i], Place), Is.Null, $"{i} octets");
        }
    }

    [Test]
    public void Many_that_need_the_key_at_once_make_one()
    {
        var boxes = Enumerable.Range(0, 8).Select(_ => new SecretBox(_folder, null)).ToArray();
        var all = new byte[boxes.Length][];
        Parallel.For(0, boxes.Length, i => all[i] = boxes[i].Seal(Secret, Place));

        Assert.That(all.Select(sealedSecret => boxes[0].Open(sealedSecret, Place)), Is.All.EqualTo(Secret));
    }

    [Test]
    public void A_file_that_is_no_key_is_told()
    {
        File.WriteAllText(Path.Combine(_folder, "secrets.key"), "short");

        Assert.That(() => new SecretBox(_folder, null).Seal(Secret, Place), Throws.TypeOf<StoreSetupException>().With.Message.Contains("Secrets:Key"));
    }
}
