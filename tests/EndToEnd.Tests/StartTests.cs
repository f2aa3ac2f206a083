using System.Text.RegularExpressions;
using AgentPost.Support;

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
