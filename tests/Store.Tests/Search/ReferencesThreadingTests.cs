using AgentPost.Store.Search;

namespace AgentPost.Store.Tests.Search;

sealed class ReferencesThreadingTests
{
    // Each message: id<references "subject"; it is sent at the minute of its number unless @minute says otherwise.
    [TestCase("a; b<a; c<a", ExpectedResult = "(1 (2)(3))")]
    [TestCase("a; b<a; c<a,b; d<a,b,c", ExpectedResult = "(1 2 3 4)")]
    [TestCase("c<a,b; b<a; a", ExpectedResult = "(3 2 1)")]
    [TestCase("b<x; c<x", ExpectedResult = "((1)(2))")]
    [TestCase("b<x", ExpectedResult = "(1)")]
    [TestCase("b<x,y; c<x,z", ExpectedResult = "((1)(2))")]
    [TestCase("b<w,x; c<w,x,y; d<y", ExpectedResult = "((1)(2)(3))")]
    [TestCase("a<b; b<a", ExpectedResult = "(2 1)")]
    [TestCase("a<a; b<b", ExpectedResult = "(1)(2)")]
    [TestCase("a<b,c; b<c,a; c<a,b", ExpectedResult = "(2 3 1)")]
    [TestCase("a; a; b<a", ExpectedResult = "(1 3)(2)")]
    [TestCase("-; -; b<a", ExpectedResult = "(1)(2)(3)")]
    [TestCase("a@9; b@5", ExpectedResult = "(2)(1)")]
    [TestCase("a@9; b<a@1; c@5", ExpectedResult = "(3)(1 2)")]
    [TestCase("a; c<a@7; b<a@3", ExpectedResult = "(1 (3)(2))")]
    [TestCase("a\"S\"; b\"Re: S\"", ExpectedResult = "(1 2)")]
    [TestCase("a\"Re: S\"; b\"S\"", ExpectedResult = "(2 1)")]
    [TestCase("a\"S\"; b\"s\"", ExpectedResult = "((1)(2))")]
    [TestCase("a\"S\"; b\"S\"; c\"Re: S\"", ExpectedResult = "((1)(2)(3))")]
    [TestCase("a\"Re: S\"; b\"Re: S\"", ExpectedResult = "((1)(2))")]
    [TestCase("b<x\"S\"; c<x\"S\"; d\"S\"", ExpectedResult = "((1)(2)(3))")]
    [TestCase("b<x\"S\"; c<x\"S\"; d<y\"S\"; e<y\"S\"", ExpectedResult = "((1)(2)(3)(4))")]
    [TestCase("d\"S\"; b<x\"S\"; c<x\"S\"", ExpectedResult = "((1)(2)(3))")]
    [TestCase("a\"\"; b\"\"", ExpectedResult = "(1)(2)")]
    public string Threads_are_those_of_RFC_5256(string messages) =>
        string.Concat(ReferencesThreading.Thread([.. messages.Split("; ").Select(Message)]).Select(Written));

    [Test]
    public void Long_threads_take_no_long_walks()
    {
        var messages = Enumerable.Range(1, 100_000).Select(i => Message(i, $"{i}", [$"{i - 1}"], "")).ToList();
        messages.Reverse();

        var thread = ReferencesThreading.Thread(messages).Single();

        Assert.That(Depth(thread), Is.EqualTo(100_000));
    }

    static ThreadedMessage Message(string text, int index)
    {
        var subject = text.Contains('"') ? text[text.IndexOf('"')..].Trim('"') : $"subject {index}";
        text = text.Split('"')[0];
        var minute = text.Contains('@') ? int.Parse(text[(text.IndexOf('@') + 1)..], null) : index + 1;
        var parts = text.Split('@')[0].Split('<');
        return Message(index + 1, parts[0] == "-" ? null : parts[0], parts.Length > 1 ? parts[1].Split(',') : [], subject, minute);
    }

    static ThreadedMessage Message(int uid, string? id, string[] ancestry, string subject, int? minute = null)
    {
        var (text, isMarked) = BaseSubject.Of(subject);
        return new(new((uint)uid), DateTime.UnixEpoch.AddMinutes(minute ?? uid), text.ToUpperInvariant(), isMarked, id, ancestry);
    }

    static string Written(ThreadNode node)
    {
        var answers = node.Answers.Select(Written).ToArray();
        return (node.Uid, answers) switch
        {
            (null, _) => $"({string.Concat(answers)})",
            ({ } uid, []) => $"({uid})",
            ({ } uid, [var only]) => $"({uid} {only[1..]}",
            ({ } uid, _) => $"({uid} {string.Concat(answers)})",
        };
    }

    static int Depth(ThreadNode? node)
    {
        var depth = 0;
        for (; node is not null; node = node.Answers.Count > 0 ? node.Answers[0] : null)
        {
            depth++;
        }
        return depth;
    }
}
