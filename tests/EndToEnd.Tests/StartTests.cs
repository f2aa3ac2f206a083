using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using AgentPost.Support;
using NUnit.Framework.Constraints;

namespace AgentPost.EndToEnd.Tests;

/// <summary>How the program starts, refuses to start, and stops.</summary>
sealed partial class StartTests
{
    [Test]
    public async Task The_first_start_prints_a_key_that_works_and_the_second_prints_none()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(
            database.ConnectionString, ("AGENTPOST_BOOTSTRAP__INBOX", ""), ("AGENTPOST_BOOTSTRAP__KEY", ""));
        var banner = await WaitForOutputAsync(program, "print(mail.select");
        await using (var imap = await ImapDialogue.BeginAsync(program.ConnectImapAsync(CancellationToken.None)))
        {
            await imap.LogInAsync("agent@agentpost.test", Password().Match(banner).Groups["key"].Value);
        }

        await program.StopAsync();
        await program.StartAsync();
        var both = await WaitForOutputAsync(program, "AgentPost is listening: ");

        Assert.That(both[banner.Length..], Does.Contain($"IMAP 127.0.0.1:{program.ImapPort}").And.Not.Contain("ap_sk_"));
        Assert.That(program.ErrorOutput, Does.Not.Contain("ap_sk_"));
        Assert.That(banner, Does.Contain(program.CaPath));
    }

    [Test]
    public async Task SIGTERM_says_goodbye_to_the_sessions_and_exits_with_0()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        await using var imap = await program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        await imap.IdleAsync();
        await using var smtp = await program.LogInToSmtpAsync();

        var stopping = program.StopAsync();

        Assert.That(await imap.ReadUntilAsync("* BYE"), Does.StartWith("* BYE"));
        Assert.That(await smtp.ReplyAsync(), Does.StartWith("421 "));
        Assert.That(await stopping, Is.Zero);
    }

    [Test]
    public async Task A_port_in_use_is_named_with_its_setting()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);

        var imap = await program.RunCommandAsync("serve");
        var smtp = await program.RunCommandAsync("serve", "--set", $"Imap:Port={LoopbackPorts.Next()}");

        Assert.That(imap.ExitCode, Is.EqualTo(1));
        Assert.That(imap.Error.TrimEnd(), Does.Contain($"Port {program.ImapPort}").And.Contain("Imap:Port").And.Contain("AGENTPOST_IMAP__PORT").And.Not.Contain("\n"));
        Assert.That(smtp.Error.TrimEnd(), Does.Contain($"Port {program.SmtpPort}").And.Contain("AGENTPOST_SMTP__PORT"));
    }

    [TestCase("AGENTPOST_SMTP__PORT", "Imap:Port (AGENTPOST_IMAP__PORT) and Smtp:Port (AGENTPOST_SMTP__PORT) are both ")]
    [TestCase("AGENTPOST_LMTP__PORT", "Imap:Port (AGENTPOST_IMAP__PORT) and Lmtp:Port (AGENTPOST_LMTP__PORT) are both ")]
    public async Task Two_listeners_on_one_port_are_named(string setting, string expected)
    {
        await using var database = await Databases.CreateAsync();
        var port = LoopbackPorts.Next();
        var shared = port.ToString(CultureInfo.InvariantCulture);

        // A listener on all addresses shares the port with one on the loopback address.
        Assert.That(
            () => ProgramUnderTest.StartAsync(
                database.ConnectionString, ("AGENTPOST_IMAP__PORT", shared), (setting, shared), ("AGENTPOST_LMTP__LISTEN", "0.0.0.0")),
            EndsWith($"{expected}{shared}"));
    }

    [TestCase("missing")]
    [TestCase("directory")]
    [TestCase("empty")]
    [TestCase("text")]
    [TestCase("key of another certificate")]
    [TestCase("no key")]
    [TestCase("encrypted key")]
    public async Task A_certificate_that_cannot_be_used_is_named_with_its_setting(string fault)
    {
        await using var database = await Databases.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("agentpost-certificate-").FullName;
        try
        {
            var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
            WriteCertificate(fault, certificate, key);

            Assert.That(
                () => ProgramUnderTest.StartAsync(
                    database.ConnectionString, ("AGENTPOST_TLS__CERTIFICATE", certificate), ("AGENTPOST_TLS__KEY", key)),
                EndsWith("Tls:Certificate and Tls:Key"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_database_whose_tables_the_user_may_not_create_is_refused()
    {
        await using var database = await Databases.CreateEmptyAsync();
        // Since Postgres 15, not every user may create tables in the schema public.
        await database.ExecuteAsync(
            "do $$ begin create role stranger login; exception when duplicate_object then null; end $$");
        var settings = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = database.ConnectionString };
        settings["Options"] = "-c role=stranger";

        Assert.That(
            () => ProgramUnderTest.StartAsync(settings.ConnectionString),
            EndsWith("Make the user of AGENTPOST_DATABASE the owner of its database."));
    }

    [Test]
    public async Task Only_serve_creates_a_database()
    {
        await using var empty = await Databases.CreateEmptyAsync();
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString);
        var elsewhere = Path.Combine(program.Folder, "elsewhere");

        var embedded = await program.RunCommandAsync("inbox", "list", "--set", $"Data={elsewhere}", "--set", "Database=");
        var external = await program.RunCommandAsync("inbox", "list", "--set", $"Database={empty.ConnectionString}");

        Assert.That(embedded.ExitCode, Is.EqualTo(1));
        Assert.That(embedded.Error.TrimEnd(), Does.StartWith($"There is no database in {elsewhere}").And.Contain("AGENTPOST_DATA").And.Not.Contain("\n"));
        Assert.That(Directory.Exists(elsewhere), Is.False);
        Assert.That(external.ExitCode, Is.EqualTo(1));
        Assert.That(external.Error.TrimEnd(), Does.Contain("AGENTPOST_DATABASE").And.Contain("agentpost serve").And.Not.Contain("\n"));
    }

    [TestCase("AGENTPOST_IMPA__PORT", "1", "AGENTPOST_IMPA__PORT")]
    [TestCase("AGENTPOST_LIMITS__MESSAGESIZE", "big", "AGENTPOST_LIMITS__MESSAGESIZE")]
    public void A_setting_that_is_unknown_or_wrong_stops_the_start(string name, string value, string expected) =>
        Assert.That(
            () => ProgramUnderTest.StartAsync("Host=/nowhere", (name, value)),
            Throws.InvalidOperationException.With.Message.Contains("ended with 1").And.Message.Contains(expected).And.Message.Not.Contains("   at "));

    [Test]
    public async Task Without_the_Postgres_it_needs_the_program_says_what_to_install()
    {
        // A database made by a version that no system offers yet: the same search, and its end, as on a system without any Postgres.
        await using var program = await ProgramUnderTest.StartAsync(database: null);
        await program.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(program.Folder, "data", "postgres", "cluster", "PG_VERSION"), "99\n");

        Assert.That(
            program.StartAsync,
            Throws.InvalidOperationException.With.Message.Contains("ended with 1").And.Message.Contains("Install it").And.Message.Not.Contains("   at "));
    }

    static IResolveConstraint EndsWith(string sentence) =>
        Throws.InvalidOperationException.With.Message.Contains("ended with 1").And.Message.Contains(sentence).And.Message.Not.Contains("   at ");

    static void WriteCertificate(string fault, string certificate, string key)
    {
        if (fault == "missing")
        {
            return;
        }
        if (fault == "directory")
        {
            Directory.CreateDirectory(certificate);
            Directory.CreateDirectory(key);
            return;
        }
        using var own = ECDsa.Create();
        using var other = ECDsa.Create();
        using var signed = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var pem = fault switch
        {
            "empty" => "",
            "text" => "no certificate\n",
            _ => signed.ExportCertificatePem(),
        };
        File.WriteAllText(certificate, pem);
        File.WriteAllText(key, fault switch
        {
            "key of another certificate" => other.ExportPkcs8PrivateKeyPem(),
            "no key" => pem,
            "encrypted key" => own.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            _ => own.ExportPkcs8PrivateKeyPem(),
        });
    }

    // Standard output is read beside the program: what was printed before it was ready may come a moment later.
    static async Task<string> WaitForOutputAsync(ProgramUnderTest program, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!program.Output.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
        return program.Output;
    }

    [GeneratedRegex(@"Password +(?<key>ap_sk_\w+)")]
    private static partial Regex Password();
}
