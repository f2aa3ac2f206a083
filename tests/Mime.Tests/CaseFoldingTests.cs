using System.Diagnostics;
using AgentPost.Mime.Characters;

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

    [Test]
    public void Every_character_is_folded_by_way_of_upper_case([Values(1, 127, 300)] int distance)
    {
        var text = new System.Text.StringBuilder();
        for (var code = 0x20; code <= 0x10FFFF; code++)
        {
            if (code is not (>= 0xD800 and <= 0xDFFF or 0xFFFE))
            {
                text.Append(new System.Text.Rune(code).ToString());
            }
            // Letters of ASCII keep rows of marks short and cut the others at changing places.
            text.Append(code % 20 == 0 || code % distance == 0 ? "Aa" : "");
        }
        var all = text.ToString();
        Assert.That(CaseFolding.Fold(all), Is.EqualTo(all.Normalize().ToUpperInvariant().ToLowerInvariant()));
    }
}
