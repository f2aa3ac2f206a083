using System.Text;
using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Model;

public sealed class FolderNameTests
{
    [TestCase("inbox", "INBOX")]
    [TestCase("InBoX/sub", "INBOX/sub")]
    [TestCase("Work/inbox", "Work/inbox")]
    [TestCase("inboxes", "inboxes")]
    [TestCase("ınbox", "ınbox", Description = "dotless i is another letter")]
    [TestCase("sent", "sent")]
    [TestCase(" a b ", " a b ")]
    [TestCase("e\u0301te\u0301", "été")]
    [TestCase("收件箱/📬", "收件箱/📬")]
    [TestCase("a&b~.#\\\"", "a&b~.#\\\"")]
    [TestCase("100% done/A*", "100% done/A*")]
    public void Names_are_kept_in_one_spelling(string text, string value)
    {
        Assert.That(FolderName.TryParse(text, out var name), Is.True);
        Assert.That(name?.Value, Is.EqualTo(value));
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase("a\r\nb")]
    [TestCase("a\0")]
    [TestCase("a\u007f")]
    [TestCase("a\u0085")]
    [TestCase("a\u2028")]
    [TestCase("a\u2029")]
    public void Names_that_cannot_be_are_refused(string text) => Assert.That(FolderName.TryParse(text, out _), Is.False);

    [TestCase("", "cannot be empty")]
    [TestCase("a//b", "empty part")]
    [TestCase("a\tb", "control characters")]
    public void The_reason_against_a_name_is_told(string text, string reason) => Assert.That(FolderName.ReasonAgainst(text), Does.Contain(reason));

    [Test]
    public void Half_a_surrogate_pair_is_refused() => Assert.That(FolderName.TryParse("a\ud83d", out _), Is.False);

    [TestCase(255, 1, ExpectedResult = true)]
    [TestCase(256, 1, ExpectedResult = false)]
    [TestCase(199, 5, ExpectedResult = true)]
    [TestCase(200, 5, ExpectedResult = false)]
    public bool Components_have_255_octets_and_names_1000(int octets, int components) =>
        FolderName.TryParse(string.Join('/', Enumerable.Repeat(new string('x', octets), components)), out _);

    [Test]
    public void Lengths_are_octets_of_UTF_8()
    {
        Assert.That(FolderName.TryParse(new string('é', 127), out _), Is.True);
        Assert.That(FolderName.TryParse(new string('é', 128), out _), Is.False);
    }

    [FsCheck.NUnit.Property]
    public bool Parsing_is_idempotent_and_normalizes(string? text) =>
        !FolderName.TryParse(text ?? "", out var name)
        || (FolderName.TryParse(name.Value, out var again) && again == name && name.Value.IsNormalized(NormalizationForm.FormC));

    [Test]
    public void A_name_knows_what_lies_above_it()
    {
        var (parent, name, sibling) = (Parsed("a/b"), Parsed("a/b/c"), Parsed("a/bc"));
        Assert.That(name.Parent, Is.EqualTo(parent));
        Assert.That(parent.Parent?.Parent, Is.Null);
        Assert.That(name.IsBelow(parent), Is.True);
        Assert.That(sibling.IsBelow(parent), Is.False);
        Assert.That(parent.IsBelow(parent), Is.False);
    }

    static FolderName Parsed(string text) => FolderName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
