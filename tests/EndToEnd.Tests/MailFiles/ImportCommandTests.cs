using System.Globalization;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.MailFiles;

/// <summary>The commands <c>import</c> and <c>export</c> beside the running server.</summary>
sealed class ImportCommandTests : RunningProgram
{
    const int Messages = 6_000;

    string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("agentpost-import-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task An_import_that_is_killed_and_run_again_brings_each_message_once()
    {
        var path = Path.Combine(_folder, "many.mbox");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Range(1, Messages).Select(Message)));
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("CREATE Many")).EnsureOk();

        using (var process = Program.StartCommand("import", path, "--inbox", ProgramUnderTest.Inbox, "--folder", "Many"))
        {
            while (await CountAsync(imap) == 0)
            {
                Assert.That(process.HasExited, Is.False, "It was killed in the middle.");
            }
            process.Kill();
            await process.WaitForExitAsync();
        }
        var cut = await CountAsync(imap);
        var again = await Program.RunCommandAsync("import", path, "--inbox", ProgramUnderTest.Inbox, "--folder", "Many");

        Assert.That(cut, Is.InRange(1, Messages - 1));
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(again.Output, Does.Match(@"^\d+ imported, \d+ there already, 0 failed\.\n$"));
        (await imap.CommandAsync("SELECT Many")).EnsureOk();
        var fetched = (await imap.CommandAsync("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).EnsureOk();
        Assert.That(fetched.Literals.Select(Encoding.ASCII.GetString), Is.EqualTo(Enumerable.Range(1, Messages).Select(number => $"Subject: {number}\r\n\r\n")));
    }

    [Test]
    public async Task Messages_come_into_a_session_that_waits_and_what_failed_is_told()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "good.eml"), "Subject: good\n\nbody\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "bad.eml"), "Subject: bad\n\n\0\n");
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        await imap.IdleAsync();

        var result = await Program.RunCommandAsync("import", _folder, "--inbox", ProgramUnderTest.Inbox);
        await imap.ReadUntilAsync("EXISTS");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Is.EqualTo("1 imported, 0 there already, 1 failed.\n"));
        Assert.That(result.Error, Does.Contain("bad.eml contains a NUL octet").And.Contain("1 message was not imported"));
    }

    [Test]
    public async Task Export_writes_a_tree_that_import_takes()
    {
        await using var imap = await Program.LogInToImapAsync();
        (await imap.AppendAsync("Drafts", @"(\Draft \Seen)", Mail.FromAgent("exported"))).EnsureOk();

        var exported = await Program.RunCommandAsync("export", "--inbox", ProgramUnderTest.Inbox, _folder, "--format", "maildir");
        var imported = await Program.RunCommandAsync("import", Path.Combine(_folder, ".Drafts"), "--inbox", ProgramUnderTest.Inbox, "--folder", "Taken");

        Assert.That(exported.ExitCode, Is.Zero, exported.Error);
        Assert.That(imported.Output, Is.EqualTo("1 imported, 0 there already, 0 failed.\n"), imported.Error);
        Assert.That((await imap.CommandAsync("STATUS Taken (MESSAGES UNSEEN)")).Untagged.Single(), Is.EqualTo("* STATUS Taken (MESSAGES 1 UNSEEN 0)"));
    }

    [TestCase("", "", "contains no mail")]
    [TestCase("notes.txt", "just text\n", "contains no mail", TestName = "A_directory_without_mail_is_not_imported")]
    [TestCase("passwd.eml", "root:x:0:0:root:/root:/bin/sh\n", "is not an email message")]
    [TestCase("letter.eml", "Dear Bob,\n\nFrom: here\n", "is not an email message")]
    [TestCase("novel", "From here on it is a novel.\n\nText.\n", "is not an email message")]
    public async Task What_is_not_mail_is_not_imported(string name, string text, string expected)
    {
        if (name.Length > 0)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, name), text);
        }

        var result = await Program.RunCommandAsync("import", _folder, "--inbox", ProgramUnderTest.Inbox, "--folder", "Not/Mail");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Error, Does.Contain(expected).And.Not.Contain("   at "));
        Assert.That(result.Output, Is.Empty.Or.StartsWith("0 imported"));
    }

    [Test]
    public async Task A_file_that_is_named_is_imported_only_if_it_is_mail()
    {
        var result = await Program.RunCommandAsync("import", "/etc/passwd", "--inbox", ProgramUnderTest.Inbox);

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
        Assert.That(result.Error, Does.StartWith("/etc/passwd is not an email message"));
        Assert.That(result.Output, Is.EqualTo("0 imported, 0 there already, 1 failed.\n"));
    }

    [Test]
    public async Task On_a_terminal_the_summary_stays()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "good.eml"), "Subject: summary\n\nbody\n");

        var (_, imported) = await Program.RunOnTerminalAsync("", "import", _folder, "--inbox", ProgramUnderTest.Inbox);
        var (_, exported) = await Program.RunOnTerminalAsync(
            "", "export", Path.Combine(_folder, "out"), "--inbox", ProgramUnderTest.Inbox);

        Assert.That(imported[^1], Is.EqualTo("1 imported, 0 there already, 0 failed."), string.Join('\n', imported));
        Assert.That(exported[^1], Does.Match("^[0-9]+ exported to "), string.Join('\n', exported));
    }

    [TestCase(2, "--inbox", new[] { "import", "x.mbox" })]
    [TestCase(1, "nobody@agentpost.test", new[] { "import", "x.mbox", "--inbox", "nobody@agentpost.test" })]
    [TestCase(1, "x.mbox cannot be read", new[] { "import", "x.mbox", "--inbox", ProgramUnderTest.Inbox })]
    [TestCase(1, "cannot be the name of a folder", new[] { "import", "x.mbox", "--inbox", ProgramUnderTest.Inbox, "--folder", "a//b" })]
    [TestCase(2, "pst", new[] { "export", "x", "--inbox", ProgramUnderTest.Inbox, "--format", "pst" })]
    public async Task A_failure_says_what_to_do(int exitCode, string expected, string[] words)
    {
        var result = await Program.RunCommandAsync(words);

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Error);
        Assert.That(result.Error, Does.Contain(expected).And.Not.Contain("   at "));
    }

    static string Message(int number) => string.Create(CultureInfo.InvariantCulture,
        $"From a@example.test Thu Jan  8 12:00:00 2026\nMessage-ID: <{number}@example.test>\nSubject: {number}\n\nThis is {number}.\n\n");

    static async Task<int> CountAsync(ImapDialogue imap)
    {
        var status = (await imap.CommandAsync("STATUS Many (MESSAGES)")).EnsureOk().Untagged.Single();
        return int.Parse(status.Split(' ', ')')[^2], CultureInfo.InvariantCulture);
    }
}
