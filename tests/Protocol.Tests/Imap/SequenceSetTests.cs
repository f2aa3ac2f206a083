using System.Collections.Immutable;
using System.Text;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class SequenceSetTests
{
    [TestCase("1", 9u, "1:1")]
    [TestCase("5:2", 9u, "2:5")]
    [TestCase("*", 9u, "9:9")]
    [TestCase("*:7", 9u, "7:9")]
    [TestCase("12:*", 9u, "9:12")]
    [TestCase("3,1,2,7", 9u, "1:3,7:7")]
    [TestCase("1:4,3:6,8", 9u, "1:6,8:8")]
    [TestCase("1:4294967295,5", 9u, "1:4294967295")]
    public void Sets_resolve_to_ranges_in_order(string written, uint largest, string resolved)
    {
        var ranges = Parse(written).Resolve(largest);

        Assert.That(string.Join(',', ranges.Select(range => $"{range.First}:{range.Last}")), Is.EqualTo(resolved));
    }

    [TestCase("")]
    [TestCase("0")]
    [TestCase("1:")]
    [TestCase("1,")]
    [TestCase(",1")]
    [TestCase("1:2:3")]
    [TestCase("-1")]
    [TestCase("4294967296")]
    [TestCase("1 2")]
    [TestCase("**")]
    [TestCase("$,1")]
    [TestCase("1,$")]
    public void What_is_no_set_is_refused(string written)
    {
        Assert.Throws<SyntaxException>(() => Parse(written));
    }

    [FsCheck.NUnit.Property]
    public Property Resolving_keeps_exactly_the_numbers_named()
    {
        var number = Gen.Choose(0, 12).Select(value => (uint)value);
        var set = number.Two().Select(pair => new SequenceRange(pair.Item1, pair.Item2)).NonEmptyListOf().ToArbitrary();
        return Prop.ForAll(set, ranges => IsRight([.. ranges]));
    }

    static bool IsRight(ImmutableArray<SequenceRange> ranges)
    {
        const uint Largest = 10;
        var named = ranges.SelectMany(range => Numbers(Value(range.First), Value(range.Last))).ToHashSet();
        var resolved = new SequenceSet(ranges).Resolve(Largest);
        var isApart = resolved.Zip(resolved.Skip(1)).All(pair => pair.First.Last + 1 < pair.Second.First);
        return isApart && resolved.SelectMany(range => Numbers(range.First, range.Last)).ToHashSet().SetEquals(named);

        static uint Value(uint number) => number == SequenceSet.Star ? Largest : number;
    }

    static IEnumerable<uint> Numbers(uint one, uint other)
    {
        for (var number = Math.Min(one, other); number <= Math.Max(one, other); number++)
        {
            yield return number;
        }
    }

    static SequenceSet Parse(string written)
    {
        var parser = new CommandParser(Encoding.ASCII.GetBytes(written), EnabledExtensions.None);
        var set = parser.SequenceSet();
        parser.End();
        return set;
    }
}
