using System.Text;
using AgentPost.Protocol.Imap.Commands.Search;
using AgentPost.Protocol.Imap.Grammar;
using AgentPost.Protocol.Imap.Selection;
using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Search;

namespace AgentPost.Protocol.Tests.Imap;

sealed class SearchGrammarTests
{
    [TestCase("ALL", ExpectedResult = "all")]
    [TestCase("unseen", ExpectedResult = "not(Seen)")]
    [TestCase("UNSEEN SINCE 1-Feb-2026", ExpectedResult = "and(not(Seen) Internal[2026-02-01..))")]
    [TestCase("ON \"28-Feb-2026\"", ExpectedResult = "Internal[2026-02-28..2026-03-01)")]
    [TestCase("SENTBEFORE 01-Jan-2026", ExpectedResult = "Sent[..2026-01-01)")]
    [TestCase("SENTON 31-Dec-9999", ExpectedResult = "Sent[9999-12-31..)")]
    [TestCase("NEW", ExpectedResult = "and(recent not(Seen))")]
    [TestCase("OLD", ExpectedResult = "not(recent)")]
    [TestCase("NOT (FLAGGED OR SEEN ANSWERED)", ExpectedResult = "not(and(Flagged or(Seen Answered)))")]
    [TestCase("OR SEEN OR FLAGGED OR DRAFT DELETED", ExpectedResult = "or(or(Seen Flagged) or(Draft Deleted))")]
    [TestCase("OR OR SEEN FLAGGED DRAFT", ExpectedResult = "or(or(Seen Flagged) Draft)")]
    [TestCase("UNKEYWORD $Junk KEYWORD a]b", ExpectedResult = "bad")]
    [TestCase("UNKEYWORD $Junk KEYWORD ab", ExpectedResult = "and(not($Junk) ab)")]
    [TestCase("LARGER 1000 SMALLER 5000000000", ExpectedResult = "and(>1000 <5000000000)")]
    [TestCase("2,4:7 UID 5:*", ExpectedResult = "and(numbers uids)")]
    [TestCase("HEADER Message-ID \"<a@b>\"", ExpectedResult = "Message-ID:<a@b>")]
    [TestCase("HEADER List-Id \"\"", ExpectedResult = "List-Id:")]
    [TestCase("SUBJECT {5}\r\ngr\u00fcn BODY x", ExpectedResult = "and(Subject:gr\u00fcn Body:x)")]
    [TestCase("CHARSET utf-8 TEXT \"\u65e5\u672c\"", ExpectedResult = "Text:\u65e5\u672c")]
    [TestCase("YOUNGER 3600 OLDER 1", ExpectedResult = "and(younger3600 not(younger1))")]
    [TestCase("YOUNGER 0", ExpectedResult = "bad")]
    [TestCase("SAVEDON 28-Feb-2026 SAVEDATESUPPORTED", ExpectedResult = "and(Saved[2026-02-28..2026-03-01) all)")]
    [TestCase("OR EMAILID M6d99ac3275bb4e THREADID -", ExpectedResult = "or(not(all) not(all))")]
    [TestCase("EMAILID", ExpectedResult = "bad")]
    [TestCase("MODSEQ 12", ExpectedResult = "from 12")]
    [TestCase("modseq \"/flags/\\\\draft\" ALL 0 SEEN", ExpectedResult = "and(from 0 Seen)")]
    [TestCase("OR MODSEQ \"/flags/$Junk\" priv 7 MODSEQ \"/flags/a\" shared 8", ExpectedResult = "or(from 7 from 8)")]
    [TestCase("MODSEQ /flags/a all 7", ExpectedResult = "bad")]
    [TestCase("MODSEQ \"/flags/a\" any 7", ExpectedResult = "bad")]
    [TestCase("MODSEQ \"a\" all 7", ExpectedResult = "bad")]
    [TestCase("", ExpectedResult = "bad")]
    [TestCase("CHARSET UTF-8", ExpectedResult = "bad")]
    [TestCase("OR SEEN", ExpectedResult = "bad")]
    [TestCase("NOT", ExpectedResult = "bad")]
    [TestCase("()", ExpectedResult = "bad")]
    [TestCase("(SEEN", ExpectedResult = "bad")]
    [TestCase("SEEN)", ExpectedResult = "bad")]
    [TestCase("SINCE 30-Feb-2026", ExpectedResult = "bad")]
    [TestCase("SINCE 2026-02-01", ExpectedResult = "bad")]
    [TestCase("FOO", ExpectedResult = "bad")]
    [TestCase("SEEN  FLAGGED ", ExpectedResult = "and(Seen Flagged)")]
    public string Keys_mean_what_the_RFC_says(string keys)
    {
        try
        {
            return Written(Parse(keys).Program.Criterion);
        }
        catch (SyntaxException)
        {
            return "bad";
        }
    }

    [Test]
    public void Keys_in_a_charset_that_is_not_known_are_not_read() =>
        Assert.That(Parse("CHARSET X-NONE TEXT \"\u00e9").Program.Criterion, Is.TypeOf<SessionCriterion.UnknownCharset>());

    [TestCase("ALL", null)]
    [TestCase("RETURN () ALL", SearchReturn.All)]
    [TestCase("return (Min MAX count SAVE ALL) ALL", SearchReturn.Min | SearchReturn.Max | SearchReturn.Count | SearchReturn.Save | SearchReturn.All)]
    public void RETURN_says_what_is_told(string arguments, SearchReturn? wanted) => Assert.That(Parse(arguments).Options?.Return, Is.EqualTo(wanted));

    [TestCase("1:3", 5, ExpectedResult = "0..3")]
    [TestCase("3:1", 5, ExpectedResult = "0..3")]
    [TestCase("4:9", 5, ExpectedResult = "3..5")]
    [TestCase("6:9", 5, ExpectedResult = "5..5")]
    [TestCase("-1:-2", 5, ExpectedResult = "3..5")]
    [TestCase("-4:-9", 5, ExpectedResult = "0..2")]
    [TestCase("-6:-9", 5, ExpectedResult = "0..0")]
    [TestCase("1:4294967295", 0, ExpectedResult = "0..0")]
    [TestCase("-4294967295:-1", 2, ExpectedResult = "0..2")]
    public string PARTIAL_names_places_from_the_start_or_from_the_end(string range, int count) =>
        $"{Parse($"RETURN (PARTIAL {range}) ALL").Options?.Page?.Of(count)}";

    [TestCase("PARTIAL 0:1")]
    [TestCase("PARTIAL 1:-1")]
    [TestCase("PARTIAL -1:1")]
    [TestCase("PARTIAL 1")]
    [TestCase("PARTIAL 1:*")]
    [TestCase("ALL PARTIAL 1:2")]
    [TestCase("PARTIAL 1:2 PARTIAL 3:4")]
    public void Return_options_that_say_no_sense_are_refused(string options) =>
        Assert.That(() => Parse($"RETURN ({options}) ALL"), Throws.TypeOf<SyntaxException>());

    [Test]
    public void Nesting_has_a_limit() =>
        Assert.That(() => Parse($"{new string('(', 100_000)}ALL{new string(')', 100_000)}"), Throws.TypeOf<SyntaxException>());

    [Test]
    public void A_long_chain_of_OR_is_not_nesting()
    {
        var keys = string.Concat(Enumerable.Range(0, 1000).Select(i => $"OR HEADER Message-ID <{i}@x> "));

        Assert.That(Depth(Parse($"{keys}SEEN").Program.Criterion), Is.LessThan(13));
    }

    static int Depth(SearchCriterion criterion) => criterion is SearchCriterion.Or or ? 1 + Math.Max(Depth(or.Left), Depth(or.Right)) : 1;

    static SearchCommand Parse(string keys)
    {
        var parser = new CommandParser(Encoding.UTF8.GetBytes(keys.Length == 0 ? "" : $" {keys}"), EnabledExtensions.None);
        return SearchCommand.Parse(ref parser);
    }

    static string Written(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.All => "all",
        SearchCriterion.And and => $"and({string.Join(' ', and.Criteria.Select(Written))})",
        SearchCriterion.Or or => $"or({Written(or.Left)} {Written(or.Right)})",
        SearchCriterion.Not not => $"not({Written(not.Criterion)})",
        SearchCriterion.HasFlag has => $"{has.Flag}",
        SearchCriterion.HasKeyword has => has.Keyword,
        SearchCriterion.ChangedFrom from => $"from {from.ModSeq}",
        SearchCriterion.Larger larger => $">{larger.Octets}",
        SearchCriterion.Smaller smaller => $"<{smaller.Octets}",
        SearchCriterion.Younger younger => $"younger{younger.Seconds}",
        SearchCriterion.Dated dated => $"{dated.Field}[{dated.From:yyyy-MM-dd}..{dated.Before:yyyy-MM-dd})",
        SearchCriterion.Contains contains => $"{contains.Field}:{contains.Text}",
        SearchCriterion.Header header => $"{header.Name}:{header.Text}",
        SessionCriterion.Numbers => "numbers",
        SessionCriterion.NumberedUids => "uids",
        SessionCriterion.IsRecent => "recent",
        _ => throw new ArgumentOutOfRangeException(nameof(criterion)),
    };
}
