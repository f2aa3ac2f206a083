using System.Text;
using AgentPost.Mime.Html;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests;

/// <summary>HTML as text.</summary>
sealed class HtmlTextTests
{
    static readonly string[] Pieces =
    [
        "<", ">", "</", "/", "\"", "'", "=", "!--", "--", "-->", "&", ";", "#x41", "#65", "amp", "a", " ", "\n", "<p>", "<br>", "<blockquote>", "</blockquote>", "<a href='https://x'>", "</a>", "<li>", "<ol>",
        "<script>", "</script>", "<td>", "word", "<img alt='", "<pre>", "é", "<!", "<![CDATA[", "]]>", "<?", "<style>", "</style", "</head>", "<body>", "<title/>", "&euro;", "<john@x.example>",
    ];

    [TestCase("", "")]
    [TestCase("plain &lt;b&gt; &amp;amp; &quot;&apos;&hellip;&euro;&#8364;&#x20AC;&#X20ac;", "plain <b> &amp; \"'…€€€€", TestName = "Html_references")]
    [TestCase("&nope; &nope & &; &# &#; &#x; &#xZ; &#0; &#xD800; &#99999999; &#150;", "&nope; &nope & &; &# &#; &#x; &#xZ; \uFFFD \uFFFD \uFFFD –", TestName = "Html_references_that_are_none")]
    [TestCase("AT&amp T &copy 2024 a&nbsp b &copyright", "AT& T © 2024 a b &copyright", TestName = "Html_references_without_semicolon")]
    [TestCase("  a \r\n\t b<b> c</b> <i> d</i>e  ", "a b c de", TestName = "Html_blanks_collapse")]
    [TestCase("a<br>b<br/>c<br><br>d<br><br><br><br>e", "a\nb\nc\n\nd\n\ne", TestName = "Html_line_breaks")]
    [TestCase("<div>a</div><div>b</div><div><br></div><div>c</div>d", "a\nb\n\nc\nd", TestName = "Html_blocks")]
    [TestCase("<h1>T</h1><p>a</p><p>b<p>c", "T\n\na\n\nb\n\nc", TestName = "Html_paragraphs")]
    [TestCase("<table><tr><th>Name</th><th>Age</th></tr><tr><td>Ann</td><td> 7 </td></tr></table>x", "Name\tAge\nAnn\t7\nx", TestName = "Html_cells")]
    [TestCase("a<ul><li>b<li>c<ol><li>d</li><li>e</li></ol><li>f</ul>g", "a\n\n- b\n- c\n1. d\n2. e\n- f\ng", TestName = "Html_lists")]
    [TestCase("<blockquote>a<br>b<blockquote type=cite>c</blockquote></blockquote>d", "> a\n> b\n\n>> c\n\nd", TestName = "Html_quotes")]
    [TestCase("<blockquote style=\"margin:0 0 0 40px;border:none;padding:0\">a</blockquote>b", "a\n\nb", TestName = "Html_indentation_is_no_quote")]
    [TestCase("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc", TestName = "Html_preformatted")]
    [TestCase("see <a href=\"https://x.example/?a=1&amp;b=2\">this</a>.", "see this <https://x.example/?a=1&b=2>.", TestName = "Html_links")]
    [TestCase("<a href='https://x.example/'>x.example</a> <a href=http://y>http://y</a> <a href='mailto:a@b'>a</a> <a href='#t'>t</a>", "x.example http://y a t", TestName = "Html_links_that_say_no_more")]
    [TestCase("<a href = \"https://x\"><img src=b.png alt='Confirm   now'></a>", "Confirm now <https://x>", TestName = "Html_alternative_texts")]
    [TestCase("<head><title>No</title><style>a > b { c: '<p>' }</style></head>a<script>if (a<b) { '</p>' }</script>b<STYLE>x</STYLE>c", "abc", TestName = "Html_hidden_elements")]
    [TestCase("a<!-- b > c -- d -->e<!---->f<!-->g<!--->h<!DOCTYPE html>i<?xml version='1.0'?>j<![if !mso]>k<![endif]>", "aefghijk", TestName = "Html_comments_and_declarations")]
    [TestCase("a<!--[if mso]><p>no</p><![endif]-->b", "ab", TestName = "Html_conditional_comments")]
    [TestCase("John <john@x.example> wrote 1 < 2 <3 a<b", "John <john@x.example> wrote 1 < 2 <3 a", TestName = "Html_less_signs_that_begin_no_tag")]
    [TestCase("<a title='a > b'>c</a>", "c", TestName = "Html_greater_signs_in_attributes")]
    [TestCase("a <!-- b <p>c", "a b\n\nc", TestName = "Html_comment_without_end")]
    [TestCase("a <a href=\"x>b</a> c <p>d", "a b c\n\nd", TestName = "Html_quote_without_end")]
    [TestCase("a <b <i>c</i>", "a c", TestName = "Html_tag_without_end")]
    [TestCase("<title>a</head><body>b", "b", TestName = "Html_title_without_end")]
    [TestCase("<style>a<body>b", "b", TestName = "Html_style_without_end")]
    [TestCase("<title/>b", "b", TestName = "Html_empty_title")]
    [TestCase("</blockquote></ul></li></pre></a>a</p>", "a", TestName = "Html_ends_without_beginning")]
    [TestCase("a <<b>c</b> I </3 you<br>d", "a <c I </3 you\nd", TestName = "Html_less_signs_before_tags")]
    [TestCase("&#8364 &#x20AC &eacute &eacute;&notin;&#65;&#00065; &amp;#65; ?a=1&copy=2&region=5", "€ € é é∉AA &#65; ?a=1©=2&region=5", TestName = "Html_references_of_every_form")]
    [TestCase("<a href='https://x/?a=1&copy=2&amp;b=&#51;'>c</a>", "c <https://x/?a=1&copy=2&b=3>", TestName = "Html_references_in_attributes")]
    [TestCase("<noscript><p>a</p></noscript><iframe>b</iframe><textarea>c<br>d</textarea><xmp>e</xmp><plaintext>f</plaintext>g", "a\n\nbc\ndefg", TestName = "Html_elements_with_raw_content_are_read_as_markup")]
    [TestCase("<script>if (a<b && c) { d(\"e\") }</script>f<template>g</template >h<style>i</styles>j</style\n>k", "fhk", TestName = "Html_hidden_elements_end_at_their_own_end_tag")]
    [TestCase("a<![CDATA[b>c]]>d<![CDATA[e", "ade", TestName = "Html_CDATA")]
    [TestCase("<p title=a>b</p><p title='", "b", TestName = "Html_quote_at_the_end")]
    [TestCase("<a href=\"x>b</a> <a href='y>c</a> <!-- d <!-- <p>e", "b c d e", TestName = "Html_several_tokens_without_end")]
    [TestCase("<P>a</P><IMG ALT=b ALT=c><Script>d</SCRIPT>", "a\n\nb", TestName = "Html_names_in_any_case")]
    public void Reading(string html, string text) => Assert.That(Read(html, [], HtmlDetail.Reading), Is.EqualTo(text));

    [TestCase("<p>a</p><p>b</p><ul><li>c</ul><td>d<td>e<a href='https://x'>f</a><img alt=g><blockquote>h</blockquote>", "a\nb\nc\nd ef g\n> h")]
    public void Words(string html, string text) => Assert.That(Read(html, [], HtmlDetail.Words), Is.EqualTo(text));

    [Test]
    public void A_long_quote_without_end_takes_little_with_it()
    {
        var text = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"word{i} "));
        Assert.That(Read($"<p title=\">{text}<p>end", [], HtmlDetail.Reading), Does.StartWith("word0 word1").And.EndWith("word4999\n\nend"));
    }

    [Test]
    public void Images_within_the_source_are_passed_over() =>
        Assert.That(Read($"a<img src=\"data:image/png;base64,{new string('A', 100_000)}\" alt=\"b\">c", [], HtmlDetail.Reading), Is.EqualTo("a b c"));

    [TestCase("<!--")]
    [TestCase("<!")]
    [TestCase("<a '\">")]
    [TestCase("<a \"")]
    [TestCase("<a '>")]
    [TestCase("<blockquote>")]
    [TestCase("<ol><li>")]
    [TestCase("<script>")]
    [TestCase("&#x")]
    [TestCase("<")]
    [TestCase("</")]
    [TestCase("<a href=https://x>")]
    public void Time_is_linear(string repeated)
    {
        var html = string.Concat(Enumerable.Repeat(repeated, 2_000_000 / repeated.Length));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Multiple(() =>
        {
            Assert.That(Read(html + "end", [], HtmlDetail.Reading), Has.Length.LessThan(200 * html.Length));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        });
    }

    [TestCase("<")]
    [TestCase("<a b=")]
    [TestCase("<a b=\"")]
    [TestCase("<a b='>")]
    [TestCase("<!--")]
    [TestCase("<!-- a -")]
    [TestCase("<![CDATA[>")]
    [TestCase("<!a")]
    [TestCase("<script>")]
    [TestCase("<script></script>")]
    [TestCase("<style></styl")]
    [TestCase("<div>")]
    [TestCase("<a b=c d=e ")]
    [TestCase("&amp")]
    [TestCase("&")]
    [TestCase("text without a tag ")]
    public void Ten_megabytes_take_little_memory(string repeated)
    {
        var piece = string.Concat(Enumerable.Repeat(repeated, 16_384 / repeated.Length));
        var output = new StringBuilder();
        var text = new HtmlText(output, HtmlDetail.Words);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 640; i++)
        {
            text.Write(piece);
            output.Clear();
        }
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        text.Complete();
        Assert.Multiple(() =>
        {
            Assert.That(kept, Is.LessThan(2_000_000));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        });
    }

    [TestCase("<img alt=\"b\" src=\"data:image/png;base64,", "A", "\">c", "a b c")]
    [TestCase("<img alt=b src=data:image/png;base64,", "A", ">c", "a b c")]
    [TestCase("<!--", " b > c", "-->d", "ad", 60_000)]
    [TestCase("<style>", "p > q { c: d } <i>", "</style>d", "ad")]
    [TestCase("<!DOCTYPE b ", "c ", ">d", "ad")]
    [TestCase("", "&euro;", "", "a€", 1)]
    public void Long_token(string start, string repeated, string end, string expected, int length = 1_000_000) => Assert.That(
        Read($"a{start}{string.Concat(Enumerable.Repeat(repeated, length / repeated.Length + 1))}{end}", [], HtmlDetail.Reading), Is.EqualTo(expected));

    [FsCheck.NUnit.Property(MaxTest = 300, EndSize = 60)]
    public Property Text_is_the_same_wherever_a_window_ends()
    {
        var cases = from html in Gen.Elements(Pieces).ArrayOf().Select(string.Concat) from before in Gen.Choose((1 << 17) - 200, (1 << 17) + 10) select (html, before);
        return Prop.ForAll(cases.ToArbitrary(), c =>
            Read(new string('x', c.before) + c.html, [], HtmlDetail.Reading) == new string('x', c.before - 1) + Read("x" + c.html, [], HtmlDetail.Reading));
    }

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 200)]
    public Property Text_is_the_same_in_pieces()
    {
        var cases = from html in Gen.Elements(Pieces).ArrayOf().Select(string.Concat) from lengths in Gen.Choose(0, 9).ArrayOf() select (html, lengths);
        return Prop.ForAll(cases.ToArbitrary(), c => Read(c.html, c.lengths, HtmlDetail.Reading) == Read(c.html, [], HtmlDetail.Reading));
    }

    static string Read(string html, IEnumerable<int> lengths, HtmlDetail detail)
    {
        var output = new StringBuilder();
        var text = new HtmlText(output, detail);
        var rest = html.AsSpan();
        foreach (var length in lengths)
        {
            var piece = rest[..Math.Min(rest.Length, length)];
            text.Write(piece);
            rest = rest[piece.Length..];
        }
        text.Write(rest);
        text.Complete();
        return output.ToString();
    }
}
