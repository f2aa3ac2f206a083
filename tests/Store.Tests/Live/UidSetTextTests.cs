using AgentPost.Store.Model;

namespace AgentPost.Store.Tests.Live;

public sealed class UidSetTextTests
{
    [FsCheck.NUnit.Property]
    public void What_is_written_is_read_again(uint[] numbers)
    {
        var uids = numbers.Concat(numbers.Select(number => number / 2 + 1)).Where(number => number > 0).Distinct().Order().Select(number => new Uid(number)).ToArray();
        var read = new SortedSet<Uid>();
        UidSetText.AddTo(read, UidSetText.Format(uids));
        Assert.That(read, Is.EqualTo(uids));
    }

    [Test]
    public void Neighbours_are_written_as_ranges_to_the_last_number()
    {
        Uid[] uids = [new(1), new(2), new(3), new(7), new(uint.MaxValue - 1), new(uint.MaxValue)];
        var text = UidSetText.Format(uids);
        Assert.That(text, Is.EqualTo("1:3,7,4294967294:4294967295"));
        var read = new SortedSet<Uid>();
        UidSetText.AddTo(read, text);
        Assert.That(read, Is.EqualTo(uids));
    }

    [TestCase(null)]
    [TestCase("")]
    public void Nothing_adds_nothing(string? text)
    {
        var read = new SortedSet<Uid>();
        UidSetText.AddTo(read, text);
        Assert.That(read, Is.Empty);
    }
}
