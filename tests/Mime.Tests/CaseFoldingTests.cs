using System.Diagnostics;

namespace AgentPost.Mime.Tests;

sealed class CaseFoldingTests
{
    [TestCase("Straße ÄÖÜ ΣΊΣΥΦΟΣ", "straße äöü σίσυφοσ")]
    [TestCase("e\u0301", "é")]
    [TestCase("😀", "😀")]
    [TestCase("", "")]
    public void Folded(string text, string expected) => Assert.That(CaseFolding.Fold(text), Is.EqualTo(expected));

    [Test]
    public void What_cannot_be_stored_is_replaced() => Assert.That(CaseFolding.Fold("a\0b\ud800c\ufffed\udc00"), Is.EqualTo("a\ufffdb\ufffdc\ufffdd\ufffd"));

    [Test]
    public void Every_character_folds_and_folding_twice_changes_nothing()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var folded = CaseFolding.Fold($"a{(char)c}b");
            Assert.That(CaseFolding.Fold(folded), Is.EqualTo(folded), $"U+{c:X4}");
        }
    }

    [Test]
    public void Endless_combining_marks_cost_no_time()
    {
        var text = "a" + string.Concat(Enumerable.Repeat("\u0301\u0323", 500_000)) + "b";
        var watch = Stopwatch.StartNew();
        var folded = CaseFolding.Fold(text);
        Assert.Multiple(() =>
        {
            Assert.That(folded, Has.Length.LessThan(40).And.EndsWith("b"));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        });
    }
}
