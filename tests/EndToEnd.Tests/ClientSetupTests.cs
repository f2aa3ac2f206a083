using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What mail clients are told when they set themselves up, read by those clients or by others' parsers.</summary>
sealed class ClientSetupTests : RunningProgram
{
    HttpClient? _http;

    HttpClient Http => _http ??= new() { BaseAddress = new($"http://127.0.0.1:{Program.HttpPort}") };

    [OneTimeTearDown]
    public void CloseHttp() => _http?.Dispose();

    [Test]
    public async Task Thunderbird_sets_itself_up_reads_sends_drafts_and_deletes()
    {
        const string Text = "From: agent@agentpost.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello, Thunderbird\r\n";
        await using var imap = await Program.LogInToImapAsync();
        (await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes(Text))).EnsureOk();

        var seen = await ClientScript.RunAsync("thunderbird.py", Program, "work", Url($"/mail/config-v1.1.xml?emailaddress={ProgramUnderTest.Inbox}"));

        Assert.That(Strings(seen.GetProperty("folders")), Is.EqualTo((string[])["Drafts", "INBOX", "Sent", "Trash"]));
        Assert.That(seen.GetProperty("text").GetString(), Does.EndWith(Text));
        Assert.That(Strings(seen.GetProperty("sent")), Is.EqualTo((string[])["Sent by Thunderbird"]), "Its own copy and the server's are one.");
        Assert.That(Strings(seen.GetProperty("left")), Is.EqualTo((string[])["Grüße"]));
        Assert.That(await FlagsAsync(imap, "INBOX"), Has.One.Contains(@"\Seen"));
        Assert.That(await FlagsAsync(imap, "Drafts"), Has.One.Contains(@"\Draft"));
        Assert.That(await FlagsAsync(imap, "Trash"), Has.One.Items);
    }

    [Test]
    public async Task The_autoconfig_document_is_the_same_for_addresses_that_do_not_exist(
        [Values("/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml")] string path)
    {
        using var answer = await Http.GetAsync(Relative($"{path}?emailaddress=nobody@b%C3%A4r.example"));

        var provider = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!.Element("emailProvider")!;
        Assert.That(answer.Content.Headers.ContentType, Is.EqualTo(MediaTypeHeaderValue.Parse("application/xml; charset=utf-8")));
        Assert.That(provider.Element("domain")!.Value, Is.EqualTo("xn--br-via.example"));
        Assert.That(
            provider.Elements().Where(server => server.Attribute("type") is not null).Select(server => string.Join(' ', server.Elements().Select(part => part.Value))),
            Is.EqualTo((string[])
            [
                $"localhost {Program.ImapPort} SSL password-cleartext %EMAILADDRESS%",
                $"localhost {Program.SmtpPort} SSL password-cleartext %EMAILADDRESS%",
            ]));
    }

    [TestCase("")]
    [TestCase("?emailaddress=%22%3E%3Cscript%3E")]
    [TestCase("?emailaddress=a@b&emailaddress=c@d")]
    public async Task The_autoconfig_document_names_the_server_when_the_address_says_nothing(string query)
    {
        var document = XDocument.Parse(await Http.GetStringAsync(Relative("/mail/config-v1.1.xml" + query)));

        Assert.That(document.Root!.Element("emailProvider")!.Element("domain")!.Value, Is.EqualTo("localhost"));
    }

    [Test]
    public async Task The_Apple_profile_holds_settings_and_authority_but_no_password_and_is_the_same_each_time()
    {
        const string Path = "/setup/Bob+tag@agentpost.test/agentpost.mobileconfig";
        var profile = await ClientScript.RunAsync("plist_read.py", Program, Url(Path));

        var account = profile.GetProperty("PayloadContent")[0];
        Assert.That(account.GetProperty("PayloadType").GetString(), Is.EqualTo("com.apple.mail.managed"));
        Assert.That(account.GetProperty("EmailAddress").GetString(), Is.EqualTo("bob@agentpost.test"));
        Assert.That(account.GetProperty("IncomingMailServerPortNumber").GetInt32(), Is.EqualTo(Program.ImapPort));
        Assert.That(account.GetProperty("OutgoingMailServerPortNumber").GetInt32(), Is.EqualTo(Program.SmtpPort));
        Assert.That(account.GetProperty("IncomingMailServerUseSSL").GetBoolean() && account.GetProperty("OutgoingMailServerUseSSL").GetBoolean());
        Assert.That(account.EnumerateObject().Select(entry => entry.Name), Has.None.AnyOf("IncomingPassword", "OutgoingPassword"));
        using var authority = X509CertificateLoader.LoadCertificateFromFile(Program.CaPath);
        Assert.That(profile.GetProperty("PayloadContent")[1].GetProperty("PayloadContent").GetBytesFromBase64(), Is.EqualTo(authority.RawData));
        var again = await ClientScript.RunAsync("plist_read.py", Program, Url(Path));
        Assert.That(again.GetRawText(), Is.EqualTo(profile.GetRawText()));
    }

    [Test]
    public async Task Outlook_is_told_both_servers_in_one_account()
    {
        using var answer = await PostAutodiscoverAsync(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
            <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
            <EMailAddress>bob@agentpost.test</EMailAddress></Request></Autodiscover>
            """);

        var account = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Descendants().Single(element => element.Name.LocalName == "Account");
        Assert.That(
            account.Elements().Where(element => element.Name.LocalName == "Protocol").Select(protocol => string.Join(' ', protocol.Elements().Take(6).Select(part => part.Value))),
            Is.EqualTo((string[])
            [
                $"IMAP localhost {Program.ImapPort} off bob@agentpost.test off",
                $"SMTP localhost {Program.SmtpPort} off bob@agentpost.test off",
            ]));
    }

    [TestCase("", HttpStatusCode.BadRequest)]
    [TestCase("<a><EMailAddress>nobody</EMailAddress></a>", HttpStatusCode.BadRequest)]
    [TestCase("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a><EMailAddress>a@b.c&e;</EMailAddress></a>", HttpStatusCode.BadRequest)]
    public async Task What_is_no_Autodiscover_request_is_refused(string request, HttpStatusCode expected)
    {
        using var answer = await PostAutodiscoverAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task An_endless_Autodiscover_request_is_refused()
    {
        using var answer = await PostAutodiscoverAsync("<a>" + new string(' ', 100_000));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [TestCase("/autodiscover/autodiscover.json?Email=a@b.c&Protocol=autodiscoverv1")]
    [TestCase("/Autodiscover/Autodiscover.json/v1.0/a@b.c?Protocol=AutodiscoverV1")]
    public async Task Autodiscover_in_JSON_says_where_the_XML_is(string path)
    {
        using var answer = JsonDocument.Parse(await Http.GetStringAsync(Relative(path)));

        Assert.That(answer.RootElement.GetProperty("Url").GetString(), Is.EqualTo(Url("/autodiscover/autodiscover.xml")));
    }

    [Test]
    public async Task Autodiscover_in_JSON_knows_no_other_protocol()
    {
        using var answer = await Http.GetAsync(Relative("/autodiscover/autodiscover.json?Email=a@b.c&Protocol=ActiveSync"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("InvalidProtocol"));
    }

    [Test]
    public async Task The_page_of_an_inbox_works_in_a_browser_under_its_own_policy()
    {
        var page = await ClientScript.RunAsync("chromium_page.py", Program, Url("/setup/o'brien@agentpost.test"));

        Assert.That(page.GetProperty("title").GetString(), Is.EqualTo("Set up o'brien@agentpost.test"));
        Assert.That(page.GetProperty("text").GetString(), Does.Contain($"mail = imaplib.IMAP4_SSL(\"localhost\", {Program.ImapPort}, ssl_context=context)"));
        Assert.That(page.GetProperty("text").GetString(), Does.Contain("mail.login(\"o'brien@agentpost.test\", \"ap_sk_…\")"));
        Assert.That(page.GetProperty("text").GetString(), Does.Not.Contain("{{"));
        Assert.That(page.GetProperty("buttons").GetInt32(), Is.GreaterThan(3), "The script has run.");
        Assert.That(page.GetProperty("console").GetArrayLength(), Is.Zero, page.GetProperty("console").ToString());
    }

    [TestCase("/setup/nobody")]
    [TestCase("/setup/%3Cscript%3E@x/agentpost.mobileconfig")]
    public async Task What_is_not_an_address_has_no_page(string path)
    {
        using var answer = await Http.GetAsync(Relative(path));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task The_certificate_authority_can_be_had_from_the_page() =>
        Assert.That(
            await Http.GetStringAsync(Relative($"/setup/{ProgramUnderTest.Inbox}/ca.pem")), Is.EqualTo(await File.ReadAllTextAsync(Program.CaPath)));

    static async Task<IEnumerable<string>> FlagsAsync(ImapDialogue imap, string folder)
    {
        (await imap.CommandAsync($"EXAMINE {folder}")).EnsureOk();
        return (await imap.CommandAsync("FETCH 1:* (FLAGS)")).EnsureOk().Untagged.Where(line => line.Contains(" FETCH ", StringComparison.Ordinal));
    }

    static string?[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString())];

    async Task<HttpResponseMessage> PostAutodiscoverAsync(string request)
    {
        using var content = new StringContent(request, Encoding.UTF8, "text/xml");
        return await Http.PostAsync(Relative("/autodiscover/autodiscover.xml"), content);
    }

    string Url(string path) => $"http://127.0.0.1:{Program.HttpPort}{path}";

    static Uri Relative(string path) => new(path, UriKind.Relative);
}
