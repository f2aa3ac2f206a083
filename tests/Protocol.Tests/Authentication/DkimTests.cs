using System.Security.Cryptography;
using System.Text;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Support;

namespace AgentPost.Protocol.Tests.Authentication;

/// <summary>Signatures of another implementation, of the RFCs, and broken ones.</summary>
[CancelAfter(60_000)]
sealed class DkimTests
{
    const string Message = """
        From: Ann <ann@signed.test>
        To: bob@agentpost.test
        Subject: Hello   there
         and more
        Date: Thu, 1 Jan 2026 00:00:00 +0000
        Message-ID: <1@signed.test>

        Some  text with blanks at its end:  

        Last line



        """;

    // RFC 6376 appendix A and RFC 8463 appendix A.
    const string RfcBody = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

    const string RfcFields =
        "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\n"
        + "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n";

    // PKCS #8 with a key that is of use here only.
    static readonly string EdwardPrivate = "302e020100300506032b657004220420" + new string('7', 64);

    static readonly string Crlf = Message.ReplaceLineEndings("\r\n");

    readonly RSA _key = RSA.Create(2048);
    readonly RSA _shortKey = RSA.Create(512);
    DnsServer _server = null!;
    DkimVerifier _verifier = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await DnsServer.StartAsync(
            [
                "local=/example.com/",
                Key("good._domainkey.signed.test", "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo())),
                Key("bare._domainkey.signed.test", "p=" + Convert.ToBase64String(_key.ExportRSAPublicKey())),
                Key("short._domainkey.signed.test", "p=" + Convert.ToBase64String(_shortKey.ExportSubjectPublicKeyInfo())),
                Key("revoked._domainkey.signed.test", "v=DKIM1; p="),
                Key("broken._domainkey.signed.test", "v=DKIM1; p=AAAA"),
                Key("web._domainkey.signed.test", "s=web; p=" + Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo())),
                Key("strict._domainkey.signed.test", "t=s; p=" + Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo())),
                Key("edward._domainkey.signed.test", Edward().Record),
                Key("edward-short._domainkey.signed.test", "k=ed25519; p=AAAA"),
                Key("edward-info._domainkey.signed.test", "k=ed25519; p=" + Convert.ToBase64String(
                    [.. Convert.FromHexString("302a300506032b6570032100"), .. Edward().PublicKey()])),
                Key("edward-revoked._domainkey.signed.test", "k=ed25519; p="),
                Key("edward-other._domainkey.signed.test", DkimSigningKey.Open("", "ed25519", DkimSigningKey.Create("ed25519")).Record),
                Key("brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
                Key("test._domainkey.football.example.com",
                    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3Fut"
                    + "ACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"),
                Key("brisbane._domainkey.example.com",
                    "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItL"
                    + "a7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"),
            ]);
        _verifier = new(new(new([_server.EndPoint]), TimeProvider.System), TimeProvider.System);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _key.Dispose();
        _shortKey.Dispose();
    }

    [Test]
    public async Task A_signature_of_OpenDKIM_verifies(
        [Values("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple")] string forms, CancellationToken cancellation)
    {
        var field = await OpenDkim.SignAsync("signed.test", "good", _key.ExportPkcs8PrivateKeyPem(), forms, Crlf);

        var result = (await VerifyAsync(field + Crlf, cancellation)).Single();

        Assert.That((result.Verdict, result.Reason), Is.EqualTo((AuthenticationVerdict.Pass, (string?)null)));
        Assert.That((result.Signature!.Domain, result.KeyBits), Is.EqualTo(("signed.test", 2048)));
    }

    [TestCase("Hello   there", "Hello there", "relaxed/relaxed", "Pass")]
    [TestCase("Hello   there", "Hello there", "simple/relaxed", "Fail")]
    [TestCase("Some  text", "Some text", "relaxed/relaxed", "Pass")]
    [TestCase("Some  text", "Some text", "relaxed/simple", "Fail")]
    [TestCase("Some  text", "Sometext", "relaxed/relaxed", "Fail")]
    [TestCase("Subject: ", "subject:", "relaxed/relaxed", "Pass")]
    [TestCase("Last line\r\n", "Last line\r\n\r\n\r\n", "simple/simple", "Pass")]
    [TestCase("From: Ann <ann@signed.test>", "From: Eve <eve@signed.test>", "relaxed/relaxed", "Fail")]
    public async Task A_change_on_the_way_breaks_what_it_may_break(string before, string after, string forms, string expected, CancellationToken cancellation)
    {
        var field = await OpenDkim.SignAsync("signed.test", "good", _key.ExportPkcs8PrivateKeyPem(), forms, Crlf);

        var result = (await VerifyAsync(field + Crlf.Replace(before, after, StringComparison.Ordinal), cancellation)).Single();

        Assert.That(result.Verdict.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public async Task The_example_of_RFC_8463_verifies_with_both_keys(CancellationToken cancellation)
    {
        const string Fields = """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=test; t=1528637909; h=from : to : subject :
             date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
             DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
             dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=

            """;
        var results = await VerifyAsync(Fields.ReplaceLineEndings("\r\n") + RfcFields + RfcBody, cancellation);

        Assert.That(results.Select(result => (result.Verdict, result.KeyBits)), Is.EqualTo([(AuthenticationVerdict.Pass, 256), (AuthenticationVerdict.Pass, 1024)]));
    }

    [Test]
    public void The_key_of_RFC_8463_makes_its_record_and_its_signature()
    {
        byte[] privateKey = [.. Convert.FromHexString("302e020100300506032b657004220420"), .. Convert.FromBase64String("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")];
        var key = DkimSigningKey.Open("brisbane", "ed25519", privateKey);
        const string Unsigned = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=football.example.com; i=@football.example.com; q=dns/txt; s=brisbane; "
            + "t=1528637909; h=from : to : subject : date : message-id : from : subject : date; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=";
        var signed = SignedFields.Octets(
            Encoding.ASCII.GetBytes(RfcFields), ["from", "to", "subject", "date", "message-id", "from", "subject", "date"], Encoding.ASCII.GetBytes(Unsigned), Canonicalization.Relaxed);

        Assert.That(key.Record, Is.EqualTo("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
        Assert.That(Convert.ToBase64String(key.Sign(signed)), Is.EqualTo("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="));
    }

    [Test]
    public async Task What_is_signed_with_both_keys_verifies_here_and_with_OpenDKIM(CancellationToken cancellation)
    {
        foreach (var body in (string[])["", "\r\n", "one line\r\n", "blanks  \t \r\n\r\n\r\n"])
        {
            var message = Crlf[..(Crlf.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)] + body;
            var signed = await SignWithBothAsync(message, cancellation) + message;
            var results = await VerifyAsync(signed, cancellation);
            Assert.That(results.Select(result => (result.Verdict, result.KeyBits)), Is.EqualTo([(AuthenticationVerdict.Pass, 2048), (AuthenticationVerdict.Pass, 256)]), body);
            Assert.That(await OpenDkim.VerifyAsync(signed, _server.EndPoint), Does.Contain("succeeded").And.Not.Contain("failed"), body);
            // The Ed25519 signature by itself, which OpenDKIM otherwise passes over once the other one has passed.
            var second = signed.IndexOf("DKIM-Signature", 1, StringComparison.Ordinal);
            Assert.That(await OpenDkim.VerifyAsync(signed[second..], _server.EndPoint), Does.Contain("verification (s=edward").And.Contain("succeeded"), body);
        }
    }

    [TestCase("edward", "k=rsa", "PermError", "another algorithm")]
    [TestCase("good", "k=ed25519", "PermError", "another algorithm")]
    [TestCase("edward-short", "k=ed25519", "PermError", "not an Ed25519 key")]
    [TestCase("edward-info", "k=ed25519", "PermError", "not an Ed25519 key")]
    [TestCase("edward-revoked", "k=ed25519", "PermError", "revoked")]
    [TestCase("edward-other", "k=ed25519", "Fail", "wrong")]
    public async Task A_key_that_does_not_fit_the_signature_verifies_nothing(string selector, string type, string expected, string reason, CancellationToken cancellation)
    {
        var privateKey = type == "k=rsa" ? _key.ExportPkcs8PrivateKey() : Convert.FromHexString(EdwardPrivate);
        var field = await new DkimSigner("signed.test", [DkimSigningKey.Open(selector, type[2..], privateKey)])
            .SignAsync(Encoding.ASCII.GetBytes(HeaderOf(Crlf)), BodyOf(Crlf), DateTimeOffset.UnixEpoch, cancellation);

        var result = (await VerifyAsync(Encoding.ASCII.GetString(field) + Crlf, cancellation)).Single();

        Assert.That(result.Verdict.ToString(), Is.EqualTo(expected));
        Assert.That(result.Reason, Does.Contain(reason));
    }

    [Test]
    public async Task A_changed_Ed25519_signature_or_message_fails(CancellationToken cancellation)
    {
        var field = await new DkimSigner("signed.test", [Edward()])
            .SignAsync(Encoding.ASCII.GetBytes(HeaderOf(Crlf)), BodyOf(Crlf), DateTimeOffset.UnixEpoch, cancellation);
        var text = Encoding.ASCII.GetString(field);
        var at = text.IndexOf("b=", text.IndexOf("bh=", StringComparison.Ordinal) + 3, StringComparison.Ordinal) + 2;
        for (var i = at; i < at + 84; i += 7)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.That((await VerifyAsync(changed + Crlf, cancellation)).Single().Verdict, Is.EqualTo(AuthenticationVerdict.Fail), changed);
        }
        Assert.That((await VerifyAsync(text + Crlf.Replace("Hello", "Hullo", StringComparison.Ordinal), cancellation)).Single().Verdict, Is.EqualTo(AuthenticationVerdict.Fail));
    }

    [Test]
    public void A_key_knows_its_own_record_only()
    {
        foreach (var type in (string[])[DkimSigningKey.Rsa, DkimSigningKey.Ed25519])
        {
            var (one, other) = (DkimSigningKey.Open("a", type, DkimSigningKey.Create(type)), DkimSigningKey.Open("a", type, DkimSigningKey.Create(type)));
            Assert.That((one.IsVerifiedBy(one.Record), one.IsVerifiedBy(other.Record), one.IsVerifiedBy("v=DKIM1; p="), one.IsVerifiedBy("")), Is.EqualTo((true, false, false, false)));
        }
    }

    [TestCase("s=unknown", "PermError", "there is no key")]
    [TestCase("s=revoked", "PermError", "revoked")]
    [TestCase("s=broken", "PermError", "1024 bits")]
    [TestCase("s=short", "PermError", "1024 bits")]
    [TestCase("s=web", "PermError", "there is no key")]
    [TestCase("s=good", "Pass", null)]
    [TestCase("s=bare", "Pass", null)]
    [TestCase("i=ann@mail.signed.test", "Pass", null)]
    [TestCase("s=strict; i=ann@mail.signed.test", "PermError", "subdomains")]
    [TestCase("i=ann@other.test", "PermError", "identity")]
    [TestCase("x=1000", "Fail", "expired")]
    [TestCase("x=99999999999", "Pass", null)]
    [TestCase("a=rsa-sha1", "PermError", "SHA-1")]
    [TestCase("a=rsa-md5", "Neutral", "algorithm")]
    [TestCase("v=2", "PermError", "cannot be read")]
    [TestCase("c=loose", "PermError", "cannot be read")]
    [TestCase("h=to:subject", "PermError", "From")]
    [TestCase("d=", "PermError", "cannot be read")]
    [TestCase("l=5", "Fail", "longer")]
    [TestCase("l=5000", "Fail", "shorter")]
    [TestCase("l=-1", "PermError", "cannot be read")]
    [TestCase("d=nobody.example", "TempError", "now")]
    public async Task What_a_signature_says_is_held_against_it(string tags, string expected, string? reason, CancellationToken cancellation)
    {
        var result = (await VerifyAsync(Sign(tags) + Crlf, cancellation)).Single();

        Assert.That((result.Verdict.ToString(), result.Reason), Is.EqualTo((expected, result.Reason)));
        Assert.That(result.Reason, reason is null ? Is.Null : Does.Contain(reason));
    }

    [Test]
    public async Task What_is_added_behind_the_signed_length_breaks_the_signature(CancellationToken cancellation)
    {
        using var hash = new BodyHash(Canonicalization.Relaxed);
        hash.Write(Encoding.ASCII.GetBytes(Crlf[(Crlf.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
        hash.Complete();
        var signed = Sign($"l={hash.Octets}") + Crlf;
        Assert.That((await VerifyAsync(signed, cancellation)).Single().Verdict, Is.EqualTo(AuthenticationVerdict.Pass));
        Assert.That((await VerifyAsync(signed + "added\r\n", cancellation)).Single().Verdict, Is.EqualTo(AuthenticationVerdict.Fail));
    }

    [Test]
    public async Task A_second_From_breaks_a_signature_that_names_it_twice(CancellationToken cancellation)
    {
        var signed = Sign("h=from:from:to") + Crlf;
        Assert.That((await VerifyAsync(signed, cancellation)).Single().Verdict, Is.EqualTo(AuthenticationVerdict.Pass));
        Assert.That((await VerifyAsync("From: eve@x.test\r\n" + signed, cancellation)).Single().Verdict, Is.EqualTo(AuthenticationVerdict.Fail));
    }

    [Test]
    public async Task Only_so_many_signatures_are_looked_at(CancellationToken cancellation)
    {
        var results = await VerifyAsync(string.Concat(Enumerable.Repeat(Sign("s=good"), 50)) + Crlf, cancellation);
        Assert.That(results, Has.Count.EqualTo(8));
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void No_field_breaks_the_parser(FsCheck.NonNull<string> text) =>
        DkimSignature.Parse(Encoding.UTF8.GetBytes("DKIM-Signature: v=1; a=rsa-sha256; " + text.Get), out _);

    /// <summary>A field that is right but for what the tags say, relaxed/relaxed; the tags given replace its own.</summary>
    string Sign(string given)
    {
        var tags = new Dictionary<string, string>
        {
            ["v"] = "1",
            ["a"] = "rsa-sha256",
            ["c"] = "relaxed/relaxed",
            ["d"] = "signed.test",
            ["s"] = "good",
            ["h"] = "from:to:subject",
        };
        foreach (var tag in given.Split("; ").Select(tag => tag.Split('=', 2)))
        {
            tags[tag[0]] = tag[1];
        }
        using var hash = new BodyHash(Canonicalization.Relaxed, tags.TryGetValue("l", out var octets) && octets == "5" ? 5 : long.MaxValue);
        hash.Write(Encoding.ASCII.GetBytes(Crlf[(Crlf.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
        tags["bh"] = Convert.ToBase64String(hash.Complete());
        tags["b"] = "";
        var field = "DKIM-Signature: " + string.Join("; ", tags.Select(tag => $"{tag.Key}={tag.Value}"));
        var signed = SignedFields.Octets(Encoding.ASCII.GetBytes(Crlf), tags["h"].Split(':'), Encoding.ASCII.GetBytes(field), Canonicalization.Relaxed);
        return field + Convert.ToBase64String(_key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) + "\r\n";
    }

    static DkimSigningKey Edward() => DkimSigningKey.Open("edward", "ed25519", Convert.FromHexString(EdwardPrivate));

    static string HeaderOf(string message) => message[..(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];

    static MemoryStream BodyOf(string message) => new(Encoding.ASCII.GetBytes(message[HeaderOf(message).Length..]));

    async Task<string> SignWithBothAsync(string message, CancellationToken cancellation) => Encoding.ASCII.GetString(
        await new DkimSigner("signed.test", [DkimSigningKey.Open("good", "rsa", _key.ExportPkcs8PrivateKey()), Edward()])
            .SignAsync(Encoding.ASCII.GetBytes(HeaderOf(message)), BodyOf(message), DateTimeOffset.UtcNow, cancellation));

    static string Key(string name, string text) => $"txt-record={name},{string.Join(',', text.Chunk(200).Select(part => $"\"{new string(part)}\""))}";

    Task<IReadOnlyList<DkimResult>> VerifyAsync(string message, CancellationToken cancellation)
    {
        var bodyAt = message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var body = Encoding.ASCII.GetBytes(message[bodyAt..]);
        return _verifier.VerifyAsync(Encoding.ASCII.GetBytes(message[..bodyAt]), (offset, destination, _) =>
        {
            // In small pieces, as a network gives them.
            var piece = body.AsMemory((int)offset)[..Math.Min(7, body.Length - (int)offset)];
            piece.CopyTo(destination);
            return new(piece.Length);
        }, cancellation);
    }
}
