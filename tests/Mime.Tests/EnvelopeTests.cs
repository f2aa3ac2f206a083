namespace AgentPost.Mime.Tests;

/// <summary>ENVELOPE (RFC 9051 §7.5.2) of header fields.</summary>
sealed class EnvelopeTests
{
    const string Nils = "NIL NIL NIL";

    static IEnumerable<TestCaseData> Addresses()
    {
        yield return Case("Address_alone", "a@b.c", """(NIL NIL "a" "b.c")""");
        yield return Case("Angle_only", "<a@b.c>", """(NIL NIL "a" "b.c")""");
        yield return Case("Display_name", "John Doe <a@b.c>", """("John Doe" NIL "a" "b.c")""");
        yield return Case("Quoted_display_name", "\"Doe, John \\\"J\\\"\" <a@b.c>", """("Doe, John \"J\"" NIL "a" "b.c")""");
        yield return Case("Mixed_display_name", "\"John\" Q. Doe <a@b.c>", """("John Q. Doe" NIL "a" "b.c")""");
        yield return Case("Encoded_display_name_stays", "=?utf-8?Q?J=C3=BC?= <a@b.c>", """("=?utf-8?Q?J=C3=BC?=" NIL "a" "b.c")""");
        yield return Case("Comment_as_name", "a@b.c (John Doe)", """("John Doe" NIL "a" "b.c")""");
        yield return Case("Comment_after_angle_as_name", "<a@b.c> (John)", """("John" NIL "a" "b.c")""");
        yield return Case("Comments_anywhere", "(x) John (y(z\\)) z) Doe <(q)a@b.c(r)>", """("John Doe" NIL "a" "b.c")""");
        yield return Case("Several", "a@b, c@d", """(NIL NIL "a" "b")(NIL NIL "c" "d")""");
        yield return Case("Empty_list_elements", ",, a@b ,,", """(NIL NIL "a" "b")""");
        yield return Case("Quoted_local_part", "\"john \\\\ doe\"@b.c", """(NIL NIL "john \\ doe" "b.c")""");
        yield return Case("Blanks_around_dots_and_at", "john . doe @ b . c", """(NIL NIL "john.doe" "b.c")""");
        yield return Case("Domain_literal", "a@[127.0.0.1]", """(NIL NIL "a" "[127.0.0.1]")""");
        yield return Case("Route", "<@x.y,@z:a@b.c>", """(NIL "@x.y,@z" "a" "b.c")""");
        yield return Case("Group", "Team: a@b, C <c@d>;", """(NIL NIL "Team" NIL)(NIL NIL "a" "b")("C" NIL "c" "d")(NIL NIL NIL NIL)""");
        yield return Case("Empty_group", "undisclosed-recipients:;", """(NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)""");
        yield return Case("Group_that_does_not_end", "Team: a@b", """(NIL NIL "Team" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)""");
        yield return Case("Group_then_address", "Team:;, a@b", """(NIL NIL "Team" NIL)(NIL NIL NIL NIL)(NIL NIL "a" "b")""");
        yield return Case("Name_that_looks_like_an_address", "a@b.c <a@b.c>", """("a@b.c" NIL "a" "b.c")""");
        yield return Case("Name_before_address_without_angle", "John Doe a@b.c", """("John Doe" NIL "a" "b.c")""");
        yield return Case("Local_name_only", "root", """(NIL NIL "root" "")""");
        yield return Case("Name_with_empty_angle", "Nobody <>", """("Nobody" NIL "" "")""");
        yield return Case("Angle_not_closed", "John <a@b.c", """("John" NIL "a" "b.c")""");
        yield return Case("Quote_not_closed", "\"John <a@b.c>", """(NIL NIL "John <a@b.c>" "")""");
        yield return Case("Two_at_signs", "a@b@c", """(NIL NIL "a@b" "c")""");
        yield return Case("Two_angles_without_comma", "A <a@b> C <c@d>", """("A" NIL "a" "b")("C" NIL "c" "d")""");
        yield return Case("Folded", "John\n Doe\n\t<a@b.c>,\n c@d", """("John Doe" NIL "a" "b.c")(NIL NIL "c" "d")""");
        yield return Case("International", "Jürgen <jürgen@bücher.de>", "({7}\r\nJürgen NIL {7}\r\njürgen {10}\r\nbücher.de)");
    }

    static TestCaseData Case(string name, string field, string addresses) => new(field, addresses) { TestName = name };

    [TestCaseSource(nameof(Addresses))]
    public void To(string field, string addresses) =>
        Assert.That(Render("To: " + field), Is.EqualTo($"(NIL NIL {Nils} ({addresses}) NIL NIL NIL NIL)"));

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
