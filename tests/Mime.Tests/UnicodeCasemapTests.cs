using AgentPost.Mime.Characters;

namespace AgentPost.Mime.Tests;

sealed class UnicodeCasemapTests
{
    [TestCase("abc", "ABC")]
    [TestCase("\u00e4", "A\u0308")]
    [TestCase("\u00c4", "A\u0308")]
    [TestCase("\ufb01", "fi")]
    public void Text_is_upper_case_and_decomposed(string text, string mapped) => Assert.That(UnicodeCasemap.Map(text), Is.EqualTo(mapped));

    [TestCase("a", "B")]
    [TestCase("", "a")]
    [TestCase("Z", "_")]
    [TestCase("\uff41", "b")]
    [TestCase("\uffee", "\U00010000")]
    public void Order_is_that_of_code_points(string first, string second) =>
        Assert.That(UnicodeCasemap.Key(first).AsSpan().SequenceCompareTo(UnicodeCasemap.Key(second)), Is.Negative);
}
