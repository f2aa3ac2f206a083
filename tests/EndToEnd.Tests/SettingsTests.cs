using System.Globalization;
using System.Text;
using AgentPost.Host.Settings;
using AgentPost.Support;
using Microsoft.Extensions.Configuration;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The settings table, its parsers, and the page that lists them.</summary>
sealed class SettingsTests
{
    [Test]
    public void The_documentation_lists_every_setting()
    {
        var page = new StringBuilder();
        foreach (var group in SettingTable.Rows.GroupBy(row => row.Name.Contains(':') ? row.Name[..row.Name.IndexOf(':')] : "General"))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {group.Key}\n\n");
            page.Append("| name | environment variable | default | meaning |\n| --- | --- | --- | --- |\n");
            foreach (var row in group)
            {
                var value = row.Default.Length == 0 ? "" : $"`{row.Default}` ";
                page.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | `{row.EnvironmentName}` | {value}| {row.Meaning} |\n");
            }
        }

        GeneratedText.IsCurrent(
            "docs/configuration.md", "<!-- The rest of this page is written by a test, from SettingTable.cs. -->", page.ToString());
    }

    [Test]
    public void Docker_Compose_passes_every_setting_through()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docker-compose.yml"));
        var given = lines.Select(line => line.Trim()).Where(line => line.StartsWith("AGENTPOST_", StringComparison.Ordinal))
            .Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        // The file .env has them all; the environment of the service wins over it, so it must repeat what is there.
        Assert.That(lines, Does.Contain("    env_file:").And.Contain("      - path: .env"));
        Assert.That(given.Keys, Is.SubsetOf(SettingTable.Rows.Select(row => row.EnvironmentName)));
        Assert.That(given, Has.All.Matches<KeyValuePair<string, string>>(
            pair => pair.Value.StartsWith($"\"${{{pair.Key}:-", StringComparison.Ordinal)));
    }

    [Test]
    public void Without_settings_the_defaults_hold()
    {
        var options = Parse();

        Assert.That(options.ImapPort, Is.EqualTo(1993));
        Assert.That(options.SmtpPort, Is.EqualTo(1465));
        Assert.That(options.Listen, Is.EqualTo(System.Net.IPAddress.Loopback));
        Assert.That(options.Database, Is.Null);
        Assert.That(options.Hostname, Is.Not.Empty);
        Assert.That(options.CertificateFolder, Is.EqualTo(Path.Combine(options.DataFolder, "certs")));
    }

    [Test]
    public void Unlimited_is_a_limit() => Assert.That(Parse(("Limits:MessageSize", "unlimited")).MessageSize, Is.EqualTo(long.MaxValue));

    [Test]
    public void Capabilities_to_hide_are_apart_by_spaces_or_commas() =>
        Assert.That(Parse(("Imap:Hide", "condstore, QRESYNC IDLE")).ImapHide, Is.EqualTo((string[])["condstore", "QRESYNC", "IDLE"]));

    [Test]
    public void An_empty_value_means_unset() => Assert.That(Parse(("Imap:Port", "")).ImapPort, Is.EqualTo(1993));

    [Test]
    public void Names_are_taken_in_any_case() => Assert.That(Parse(("IMAP:PORT", "2993")).ImapPort, Is.EqualTo(2993));

    [TestCase("Imap:Port", "65536", "a port")]
    [TestCase("Imap:Port", "-1", "a port")]
    [TestCase("Imap:Hide", "IDLE CONDSTOR", "not 'CONDSTOR'")]
    [TestCase("Imap:Hide", "IMAP4rev1", "not 'IMAP4rev1'")]
    [TestCase("Listen", "localhost", "an IP address")]
    [TestCase("Hostname", "two words", "a DNS name")]
    [TestCase("Limits:Recipients", "0", "unlimited")]
    [TestCase("Bootstrap:Inbox", "nobody", "an e-mail address")]
    [TestCase("Log:Level", "Loud", "Information")]
    [TestCase("Log:Level", "1", "Information")]
    [TestCase("Mx:Port", "mail", "a port")]
    [TestCase("Mx:DmarcReject", "maybe", "true or false")]
    [TestCase("Lmtp:Listen", "localhost", "an IP address")]
    [TestCase("Smtp:StartTlsPort", "smtp", "a port")]
    [TestCase("Dns:Servers", "dns.example", "IP addresses")]
    [TestCase("Delivery:Mode", "relay", "set Delivery:Relay:Host")]
    [TestCase("Delivery:Mode", "1", "must be one of hold, relay, direct")]
    [TestCase("Delivery:Relay:Verify", "yes", "true or false")]
    [TestCase("Limits:MessagesPerDay", "many", "unlimited")]
    public void A_wrong_value_is_refused_with_the_name_and_what_it_should_be(string name, string value, string expected) =>
        Assert.That(
            () => Parse((name, value)),
            Throws.TypeOf<SettingsException>().With.Message.StartWith($"Setting {name} ({Setting.EnvironmentNameOf(name)}) ").And.Message.Contains(expected));

    [Test]
    public void A_wrong_secret_is_refused_without_being_repeated() =>
        Assert.That(
            () => Parse(("Bootstrap:Key", "hunter2")),
            Throws.TypeOf<SettingsException>().With.Message.Contains("AGENTPOST_BOOTSTRAP__KEY").And.Message.Not.Contains("hunter2"));

    [Test]
    public void A_certificate_without_its_key_is_refused() =>
        Assert.That(() => Parse(("Tls:Certificate", "/x.pem")), Throws.TypeOf<SettingsException>().With.Message.Contains("Tls:Key"));

    [Test]
    public void An_unknown_name_is_refused() =>
        Assert.That(() => Parse(("Imap:Prot", "1")), Throws.TypeOf<SettingsException>().With.Message.StartWith("Unknown setting Imap:Prot (AGENTPOST_IMAP__PROT)"));

    static Options Parse(params (string Name, string Value)[] settings) => OptionsReader.Parse(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
