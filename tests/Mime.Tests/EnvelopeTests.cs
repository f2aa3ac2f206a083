namespace AgentPost.Mime.Tests;

/// <summary>ENVELOPE (RFC 9051 §7.5.2) of header fields.</summary>
sealed class EnvelopeTests
{
    const string Nils = "NIL NIL NIL";

    [Test]
    public void Tab_of_a_fold_stays_in_a_subject() =>
        Assert.That(Render("Subject: a\n\tb"), Is.EqualTo($"(NIL \"a\tb\" {Nils} {Nils} NIL NIL)"));

    [Test]
    public void Every_field_has_its_place() => Assert.That(Render("""
        Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
        From: Terry Gray <gray@cac.washington.edu>
        Subject: IMAP4rev2 WG mtg summary and minutes
        To: imap@cac.washington.edu
        Cc: minutes@CNRI.Reston.VA.US,
           John Klensin <KLENSIN@MIT.EDU>
        Message-Id: <B27397-0100000@cac.washington.edu>
        MIME-Version: 1.0
        Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
        """), Is.EqualTo(
        "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary and minutes\" ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
        + "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) "
        + "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \"<B27397-0100000@cac.washington.edu>\")"));

    [Test]
    public void Sender_and_Reply_To_of_their_own() => Assert.That(Render("From: a@b\nSender: c@d\nReply-To: e@f"), Is.EqualTo(
        """(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "c" "d")) ((NIL NIL "e" "f")) NIL NIL NIL NIL NIL)"""));

    [Test]
    public void Empty_Sender_and_Reply_To_default_to_From() => Assert.That(Render("From: a@b\nSender:\nReply-To: ,"), Is.EqualTo(
        """(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL)"""));

    [Test]
    public void Nothing_is_known_of_an_empty_header() => Assert.That(Render(""), Is.EqualTo("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));

    [Test]
    public void Field_that_is_there_but_empty_is_an_empty_string() => Assert.That(Render("Subject:\nIn-Reply-To: \nDate:"), Is.EqualTo(
        $"(\"\" \"\" {Nils} {Nils} \"\" NIL)"));

    [Test]
    public void Repeated_recipients_count_as_one_field() => Assert.That(Render("To: a@b\nCc: x@y\nTo: c@d"), Is.EqualTo(
        $"(NIL NIL {Nils} ((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")) ((NIL NIL \"x\" \"y\")) NIL NIL NIL)"));

    [Test]
    public void First_subject_counts() => Assert.That(Render("Subject: a\nSubject: b"), Is.EqualTo($"(NIL \"a\" {Nils} {Nils} NIL NIL)"));

    [Test]
    public void Blank_before_the_colon() => Assert.That(Render("Subject : a"), Is.EqualTo($"(NIL \"a\" {Nils} {Nils} NIL NIL)"));

    [TestCase("say \"hi\" \\o/", "\"say \\\"hi\\\" \\\\o/\"", TestName = "Quotes_are_escaped")]
    [TestCase("über", "{5}\r\nüber", TestName = "Octets_of_eight_bits_are_a_literal")]
    [TestCase("a\0b", "{2}\r\nab", TestName = "Nul_is_dropped")]
    [TestCase("a\rb", "{3}\r\na\rb", TestName = "Carriage_return_is_a_literal")]
    [TestCase("count {12}", "\"count {12}\"", TestName = "Braces_stay_within_quotes")]
    public void Subject(string value, string rendered)
    {
        var scan = Scanning.Scan(System.Text.Encoding.UTF8.GetBytes($"Subject: {value}\r\n\r\n"));
        Assert.That(Scanning.Text(scan.Envelope), Is.EqualTo($"(NIL {rendered} {Nils} {Nils} NIL NIL)"));
    }

    [Test]
    public void Long_subject_is_a_literal()
    {
        var subject = new string('x', 1_001);
        Assert.That(Render("Subject: " + subject), Is.EqualTo($"(NIL {{1001}}\r\n{subject} {Nils} {Nils} NIL NIL)"));
    }

    [Test]
    public void Addresses_beyond_ten_thousand_are_left_out()
    {
        var envelope = Scanning.ScanHeader("To: " + string.Concat(Enumerable.Repeat("a@b,", 20_000))).Envelope;
        Assert.Multiple(() =>
        {
            Assert.That(ImapSyntax.IsEnvelope(envelope.Span), Is.True);
            Assert.That(envelope.Span.Count((byte)'b'), Is.EqualTo(10_000));
        });
    }

    static string Render(string header) => Scanning.Text(Scanning.ScanHeader(header).Envelope);
}
