using System.Text;
using AgentPost.Mime.Conversion;
using AgentPost.Mime.Headers;
using AgentPost.Mime.Tests.Oracles;
using FsCheck;
using FsCheck.Fluent;

namespace AgentPost.Mime.Tests.Headers;

/// <summary>If MimeKit or Python's email sees a foreign author in a header, the strict reader rejects it; if a header is valid, it accepts it.</summary>
sealed class AuthorListTests
{
    const int Sampled = 3_000;

    [TestCase("From: own@own.test")]
    [TestCase("From: Own Er <own@own.test>")]
    [TestCase("From: \"Own, Er\" <own@own.test>")]
    [TestCase("From: \"joe@foreign.test\" <own@own.test>")]
    [TestCase("From: O. W. Ner <own@own.test>")]
    [TestCase("From: =?utf-8?Q?J=C3=B6rg?= <own+tag@own.test>")]
    [TestCase("From: Jörg <own@own.test>")]
    [TestCase("From: (a (nested) comment) own@own.test (after)")]
    [TestCase("From: \"own\"@own.test")]
    [TestCase("From: own @ own.test")]
    [TestCase("From: Team: own@own.test, Own <own+a@own.test>;")]
    [TestCase("From: own@own.test,\r\n\t\"folded\r\n name\" <own+a@own.test>")]
    [TestCase("from:own@own.test\r\nSENDER : own@own.test\r\nResent-From: own@own.test\r\nResent-From: own+b@own.test")]
    public void A_valid_header_of_the_sender_is_accepted(string header) => Assert.That(Read(header), Is.EqualTo("own"));

    [TestCase("From: \"Joe <joe@foreign.test>")]
    [TestCase("From: own@own.test, \"x <joe@foreign.test>")]
    [TestCase("From: (x <joe@foreign.test>")]
    [TestCase("From: =?utf-8?Q?joe=40foreign.test?=")]
    [TestCase("From: =?utf-8?Q?joe=40foreign.test?=@own.test")]
    [TestCase("From: own+=?utf-8?Q?=40foreign.test?=@own.test")]
    [TestCase("From: own@own.test\r\nFrom: joe@foreign.test")]
    [TestCase("From: own@own.test\r\nFrom: own@own.test")]
    [TestCase("From: own@own.test\r\nFrom\u000b: joe@foreign.test")]
    [TestCase("\ufeffFrom: joe@foreign.test\r\nFrom: own@own.test")]
    [TestCase("Sender: own@own.test, own@own.test\r\nFrom: own@own.test")]
    [TestCase("From: own@own.test\r\n \r\n <joe@foreign.test>")]
    [TestCase("From: own@own.test\rFrom: joe@foreign.test")]
    [TestCase("From: own@own.test\nFrom: joe@foreign.test")]
    [TestCase("From: own@own.test\0")]
    [TestCase("From: own@own.test\u0085From: joe@foreign.test")]
    [TestCase("From: own@own.test <joe@foreign.test>")]
    [TestCase("From: joe@foreign.test <own@own.test>")]
    [TestCase("From: <@own.test:joe@foreign.test>")]
    [TestCase("From: own@own.test,")]
    [TestCase("From: ,own@own.test")]
    [TestCase("From: undisclosed:;")]
    [TestCase("From: Team: own@own.test")]
    [TestCase("From: Team: Inner: own@own.test;;")]
    [TestCase("From:")]
    [TestCase("From: own")]
    [TestCase("From: own@")]
    [TestCase("From: own@own.test.")]
    [TestCase("From: own..x@own.test")]
    [TestCase("From: <own@own.test> joe@foreign.test")]
    [TestCase("From: own@own.test; joe@foreign.test")]
    [TestCase("From: ((((((((((((own))))))))))))own@own.test")]
    [TestCase("From: =?utf-8?Q?x=0D=0ASender:_joe=40foreign.test?= <own@own.test>")]
    [TestCase("From: own@own.test\r\nResent-Sender: \"joe@foreign.test")]
    public void A_header_that_does_not_parse_completely_is_rejected(string header) => Assert.That(Read(header), Does.Match("^(From|Sender|Resent-From|Resent-Sender) (has|names|appears)"));

    [TestCase("From: joe@foreign.test", "From joe@foreign.test")]
    [TestCase("From: own@own.test\r\nSender: joe@foreign.test", "Sender joe@foreign.test")]
    [TestCase("From: own@own.test\r\nResent-From: own@own.test\r\nResent-From: joe@foreign.test", "Resent-From joe@foreign.test")]
    [TestCase("From: \"own@own.test\"@foreign.test", "From \"own@own.test\"@foreign.test")]
    [TestCase("From: =?utf-8?Q?joe=40foreign.test?= <own@own.test>", "From joe@foreign.test")]
    [TestCase("From: \"=?utf-8?B?am9lQGZvcmVpZ24udGVzdA==?=\" <own@own.test>", "From joe@foreign.test")]
    [TestCase("From: (joe@foreign.test) =?utf-8?Q?=3Cjoe=40foreign.test=3E=2C?= <own@own.test>", "From joe@foreign.test")]
    [TestCase("From: own@[192.0.2.1]", "From own@[192.0.2.1]")]
    public void A_foreign_author_is_found(string header, string expected) => Assert.That(Read(header), Is.EqualTo(expected));

    [Test]
    public void A_byte_that_is_not_UTF_8_is_rejected() =>
        Assert.That(AuthorList.Read([.. "From: "u8, 0xE9, .. " <own@own.test>\r\n\r\n"u8]).Fault, Is.EqualTo("From has bytes that are not UTF-8"));

    [FsCheck.NUnit.Property(MaxTest = 3_000, EndSize = 60)]
    public Property Every_valid_header_of_the_sender_is_accepted() =>
        Prop.ForAll(AuthorHeaders.Valid.ToArbitrary(), header => Verdict(header) == "own");

    [FsCheck.NUnit.Property(MaxTest = 4_000, EndSize = 60)]
    public Property No_accepted_header_has_a_foreign_author_for_MimeKit() =>
        Prop.ForAll(AuthorHeaders.Broken.ToArbitrary(), header => Verdict(header) != "own" || MimeKitAuthors.Read(header).All(AuthorHeaders.NamesSender));

    [Test]
    public async Task No_accepted_header_has_a_foreign_author_for_Python()
    {
        var accepted = new[] { AuthorHeaders.Broken, AuthorHeaders.Valid }.SelectMany(gen => gen.Sample(Sampled, 60)).Where(header => Verdict(header) == "own").ToList();
        var read = await PythonEmail.ReadAsync(accepted, "email_authors.py");
        Assert.That(accepted, Has.Count.GreaterThan(Sampled), "the generators must make headers that are accepted");
        Assert.Multiple(() =>
        {
            for (var i = 0; i < accepted.Count; i++)
            {
                var foreign = read[i].EnumerateArray().Select(address => address.GetString()!).Where(address => !AuthorHeaders.NamesSender(address));
                Assert.That(foreign, Is.Empty, Encoding.UTF8.GetString(accepted[i]));
            }
        });
    }

    static string Read(string header) => Verdict(Encoding.UTF8.GetBytes(header + "\r\nSubject: x\r\n\r\n"));

    // What the sender's server decides: "own", the fault, or the first foreign author.
    static string Verdict(byte[] message)
    {
        var lines = new LineEndCheck();
        lines.Write(message);
        if (lines.Fault is not LineFault.None)
        {
            return $"From has {lines.Fault}";
        }
        var scan = Scanning.Scan(message);
        var authors = AuthorList.Read(scan.Header.Span);
        var foreign = authors.Mailboxes.Concat(authors.Decoded).Where(author => !AuthorHeaders.IsOwn(author.Address)).Select(author => $"{author.Field} {author.Address}").FirstOrDefault();
        return authors.Fault ?? foreign ?? (authors.FirstFrom is null ? "none" : "own");
    }
}
