using AgentPost.Mime.Findings;

namespace AgentPost.Mime.Tests.Findings;

/// <summary>Links in messages.</summary>
sealed class MessageLinksTests
{
    const double Goal = 0.98;

    [Test]
    public void Links_of_the_corpus()
    {
        var wanted = CodeCorpus.All.Where(message => message.Kind == "link").ToList();
        var wrong = wanted.Where(message => MessageLinks.Find(message.Text, null) is not [var first, ..] || first.Url != message.Right).ToList();
        TestContext.Out.WriteLine($"right first {wanted.Count - wrong.Count}/{wanted.Count}: {string.Join(' ', wrong.Select(message => message.Language))}");
        Assert.That(1.0 - ((double)wrong.Count / wanted.Count), Is.GreaterThanOrEqualTo(Goal));
    }

    [TestCase("See https://docs.example.org/wiki/Login_(web) now.", "https://docs.example.org/wiki/Login_(web)")]
    [TestCase("Confirm: https://example.org/v?t=3。", "https://example.org/v?t=3")]
    [TestCase("(see https://example.org/a_(b))", "https://example.org/a_(b)")]
    [TestCase("https://example.org/a)b", "https://example.org/a)b")]
    [TestCase("[text](https://example.org/a_(b))", "https://example.org/a_(b)")]
    [TestCase("「https://example.org/x」", "https://example.org/x")]
    [TestCase("https://example.org/v?t=3）。", "https://example.org/v?t=3")]
    [TestCase("https://example.org/[id]", "https://example.org/[id]")]
    [TestCase("https://example.org/x，请", "https://example.org/x")]
    [TestCase("“https://example.org/x”, ‘https://example.org/y’;", "https://example.org/x https://example.org/y")]
    [TestCase("https://example.org/a,b,", "https://example.org/a,b")]
    [TestCase("**https://example.org/x**", "https://example.org/x")]
    [TestCase("<https://example.org/x>", "https://example.org/x")]
    [TestCase("https://example.org/Straße/日本", "https://example.org/Straße/日本")]
    [TestCase("https://click.example/ls?u=https%3A%2F%2Fexample.org", "https://click.example/ls?u=https%3A%2F%2Fexample.org")]
    public void Where_a_link_ends(string text, string links) => Assert.That(Urls(text, null), Is.EqualTo(links));

    [Test]
    public void Links_are_those_of_text_and_HTML_once() => Assert.That(
        Urls("See (https://a.example/x?y=1).", "<a href=\"https://b.example/?a=1&amp;b=2\">b</a><a href='https://a.example/x?y=1'>a</a><link href='https://c.example/style.css'>"),
        Is.EqualTo("https://a.example/x?y=1 https://b.example/?a=1&b=2"));

    [TestCase("<a href='https://a.example/x'>Open <b>it</b></a>", "Open it", false)]
    [TestCase("<a href='https://a.example/x'>https://a.example/x</a>", null, false)]
    [TestCase("<a href='https://evil.example/x'>https://bank.example/login</a>", "https://bank.example/login", true)]
    [TestCase("<a href='https://evil.example/x'>bank.example</a>", "bank.example", true)]
    [TestCase("<a href='https://click.bank.example/x'>www.bank.example</a>", "www.bank.example", false)]
    [TestCase("<a href='https://a.co.uk/x'>b.co.uk</a>", "b.co.uk", true)]
    [TestCase("<a href='https://a.example/x'>Read more at 10.30</a>", "Read more at 10.30", false)]
    [TestCase("<a href='https://a.example/x'><img alt='Our logo'></a>", "Our logo", false)]
    [TestCase("<a href='https://a.example/x'>never closed", "never closed", false)]
    public void Text_beside_the_link(string html, string? text, bool isMisleading)
    {
        var link = MessageLinks.Find("", html).Single();
        Assert.That((link.Text, link.IsMisleading), Is.EqualTo((text, isMisleading)));
    }

    [Test]
    public void A_long_link_to_log_in_is_whole()
    {
        var url = "https://a.example/login?token=" + new string('x', 5_000);
        Assert.That(Urls("", $"<a href='https://b.example/1'>x<a href='{url}'>Log in</a>"), Is.EqualTo($"{url} https://b.example/1"));
    }

    [Test]
    public void What_the_sender_wants_done_comes_first() => Assert.That(
        Urls("", "<a href='https://a.example/unsubscribe'>Unsubscribe</a><a href='https://a.example/'>Home</a><a href='https://t.example/c/1'>Confirm your address</a>"),
        Is.EqualTo("https://t.example/c/1 https://a.example/ https://a.example/unsubscribe"));

    [TestCase("https://x.example ")]
    [TestCase("href=\"https://x")]
    [TestCase("<a href=\"https://x.example\">x")]
    [TestCase("href = ")]
    [TestCase("https://x.example/((((((((")]
    [TestCase("))))))))))")]
    [MaxTime(10_000)]
    public void Time_is_linear(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length));
        Assert.That(MessageLinks.Find("https://" + text, text), Has.Count.LessThanOrEqualTo(50));
    }

    static string Urls(string text, string? html) => string.Join(' ', MessageLinks.Find(text, html).Select(link => link.Url));
}
