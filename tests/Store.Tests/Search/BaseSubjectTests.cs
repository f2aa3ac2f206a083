using AgentPost.Store.Search;

namespace AgentPost.Store.Tests.Search;

sealed class BaseSubjectTests
{
    [TestCase("Lunch", ExpectedResult = "Lunch")]
    [TestCase("", ExpectedResult = "")]
    [TestCase("Re: Lunch", ExpectedResult = "Lunch, marked")]
    [TestCase("RE [2] : FW:fwd:  Lunch", ExpectedResult = "Lunch, marked")]
    [TestCase("Regarding: Lunch", ExpectedResult = "Regarding: Lunch")]
    [TestCase("fwdx: Lunch", ExpectedResult = "fwdx: Lunch")]
    [TestCase("Lunch (fwd) (FWD) ", ExpectedResult = "Lunch, marked")]
    [TestCase("[list] [more] Lunch", ExpectedResult = "Lunch")]
    [TestCase("[list] Re: [more] Re: Lunch", ExpectedResult = "Lunch, marked")]
    [TestCase("[a] [b]", ExpectedResult = "[b]")]
    [TestCase("[only]", ExpectedResult = "[only]")]
    [TestCase("Re: [only]", ExpectedResult = "[only], marked")]
    [TestCase("[open Lunch", ExpectedResult = "[open Lunch")]
    [TestCase("[a[b] Lunch", ExpectedResult = "[a[b] Lunch")]
    [TestCase("[Fwd: Re: Lunch (fwd)]", ExpectedResult = "Lunch, marked")]
    [TestCase("[fwd: [fwd: Lunch]]", ExpectedResult = "Lunch, marked")]
    [TestCase("[fwd: Lunch", ExpectedResult = "[fwd: Lunch")]
    [TestCase("[fwd:]", ExpectedResult = ", marked")]
    [TestCase("Lunch\r\n\t at  one", ExpectedResult = "Lunch at one")]
    [TestCase("Re:", ExpectedResult = ", marked")]
    [TestCase("(fwd)", ExpectedResult = ", marked")]
    [TestCase("   ", ExpectedResult = "")]
    [TestCase("AW: Lunch", ExpectedResult = "AW: Lunch")]
    public string What_remains_is_what_RFC_5256_says(string subject)
    {
        var (text, isMarked) = BaseSubject.Of(subject);
        return isMarked ? $"{text}, marked" : text;
    }

    [Test]
    public void A_row_of_blobs_takes_no_time()
    {
        var blobs = string.Concat(Enumerable.Repeat("[x]", 300_000));

        Assert.That(BaseSubject.Of(blobs + "Lunch").Text, Is.EqualTo("Lunch"));
    }
}
