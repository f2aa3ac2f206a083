using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Store.Model;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Protocol.Tests.Imap;

public sealed class MailboxPatternTests
{
    [TestCase("*", "a/b/c", true)]
    [TestCase("%", "a", true)]
    [TestCase("%", "a/b", false)]
    [TestCase("%/%", "a/b", true)]
    [TestCase("a/%", "a/b/c", false)]
    [TestCase("a*c", "a/b/c", true)]
    [TestCase("a%c", "a/b/c", false)]
    [TestCase("%*", "a/b", true)]
    [TestCase("a*", "a", true)]
    [TestCase("a", "A", false)]
    [TestCase("inbox", "INBOX", true)]
    [TestCase("InBo%", "INBOX", true)]
    [TestCase("inbox/sub", "INBOX/sub", true)]
    [TestCase("inbox/SUB", "INBOX/sub", false)]
    [TestCase("inboxes", "inboxes", true)]
    [TestCase("INBOXes", "inboxes", false)]
    [TestCase("", "a", false)]
    public void Wildcards_match_as_RFC_9051_says(string pattern, string name, bool matches)
    {
        Assert.That(new MailboxPattern(pattern).Matches(Name(name)), Is.EqualTo(matches));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public Property A_pattern_matches_what_its_regular_expression_matches()
    {
        var pattern = Gen.Elements("ab/*%".ToCharArray()).ListOf().Select(chars => string.Concat(chars));
        var name = Gen.Elements("ab/".ToCharArray()).ListOf().Select(chars => string.Concat(chars)).Where(text => FolderName.TryParse(text, out _));
        return Prop.ForAll(Gen.Zip(pattern, name).ToArbitrary(), pair => new MailboxPattern(pair.Item1).Matches(Name(pair.Item2)) == Expected(pair.Item1, pair.Item2));
    }

    [Test]
    public void No_pattern_takes_long()
    {
        var name = Name(string.Join('/', Enumerable.Repeat(new string('a', 90), 10)));
        var pattern = new MailboxPattern(string.Concat(Enumerable.Repeat("%a*a", 490)) + "b");
        var watch = Stopwatch.StartNew();

        Assert.That(pattern.Matches(name), Is.False);
        Assert.That(new MailboxPattern(new string('*', 60_000)).Matches(name), Is.True);
        Assert.That(new MailboxPattern(new string('a', 60_000)).Matches(name), Is.False);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    static bool Expected(string pattern, string name) => Regex.IsMatch(
        name, "^" + string.Concat(pattern.Select(c => c switch { '*' => ".*", '%' => "[^/]*", _ => Regex.Escape(c.ToString()) })) + "$");

    static FolderName Name(string text) => FolderName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
