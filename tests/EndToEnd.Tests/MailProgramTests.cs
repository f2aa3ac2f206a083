using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>The programs that people fetch, mirror and send mail with on a command line, unchanged, against the real program.</summary>
sealed class MailProgramTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    TestDatabase? _database;
    ProgramUnderTest? _program;
    string _home = "";

    ProgramUnderTest Program => _program ?? throw new InvalidOperationException("The program has not started.");

    [SetUp]
    public async Task StartProgram()
    {
        _home = Directory.CreateTempSubdirectory("agentpost-home-").FullName;
        _database = await Databases.CreateAsync();
        _program = await ProgramUnderTest.StartAsync(_database.ConnectionString);
    }

    [TearDown]
    public async Task StopProgram()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
        Directory.Delete(_home, recursive: true);
    }

    [Test]
    public async Task Mbsync_mirrors_both_ways()
    {
        await using var imap = await Program.LogInToImapAsync();
        (await imap.CommandAsync("CREATE Reports/2026")).EnsureOk();
        await AppendAsync(imap, "INBOX", "to-keep", "to-read", "to-delete");
        await AppendAsync(imap, "Reports/2026", "filed");
        var settings = Write("mbsyncrc", $"""
            IMAPAccount agent
            Host localhost
            Port {Program.ImapPort}
            User {ProgramUnderTest.Inbox}
            Pass {Program.Key}
            SSLType IMAPS
            CertificateFile {Program.CaPath}

            IMAPStore far
            Account agent

            MaildirStore near
            Path {_home}/mail/
            Inbox {_home}/mail/INBOX
            SubFolders Verbatim

            Channel all
            Far :far:
            Near :near:
            Patterns *
            Create Both
            Expunge Both
            SyncState *

            """);
        Directory.CreateDirectory(Path.Combine(_home, "mail"));

        await RunAsync("mbsync", ["-c", settings, "all"]);
        Assert.That(Subjects("mail/INBOX"), Is.EquivalentTo((string[])["to-keep", "to-read", "to-delete"]));
        Assert.That(Subjects("mail/Reports/2026"), Is.EqualTo((string[])["filed"]));

        var read = FileOf("mail/INBOX", "to-read");
        File.Move(read, Path.Combine(_home, "mail/INBOX/cur", Path.GetFileName(read).Split(':')[0] + ":2,RS"));
        File.Delete(FileOf("mail/INBOX", "to-delete"));
        await File.WriteAllBytesAsync(Path.Combine(_home, "mail/INBOX/new/1.local"), Mail.FromAgent("written-here"));
        await RunAsync("mbsync", ["-c", settings, "all"]);

        Assert.That(await SubjectsAsync(imap, "INBOX", "ALL"), Is.EquivalentTo((string[])["to-keep", "to-read", "written-here"]));
        Assert.That(await SubjectsAsync(imap, "INBOX", "SEEN ANSWERED"), Is.EqualTo((string[])["to-read"]));
        Assert.That(await SubjectsAsync(imap, "Trash", "ALL"), Is.EqualTo((string[])["to-delete"]), "Deleting never loses.");

        await RunAsync("mbsync", ["-c", settings, "all"]);
        Assert.That(Subjects("mail/Trash"), Is.EqualTo((string[])["to-delete"]));
        var mirrored = Names("mail");
        await RunAsync("mbsync", ["-c", settings, "all"]);
        Assert.That(Names("mail"), Is.EqualTo(mirrored), "There was nothing left to do.");
    }

    [Test]
    public async Task OfflineIMAP_mirrors_both_ways()
    {
        await using var imap = await Program.LogInToImapAsync();
        await AppendAsync(imap, "INBOX", "to-keep", "to-read");
        var settings = Write("offlineimaprc", $"""
            [general]
            accounts = agent
            [Account agent]
            localrepository = near
            remoterepository = far
            [Repository near]
            type = Maildir
            localfolders = {_home}/mail
            [Repository far]
            type = IMAP
            remotehost = localhost
            remoteport = {Program.ImapPort}
            remoteuser = {ProgramUnderTest.Inbox}
            remotepass = {Program.Key}
            ssl = yes
            sslcacertfile = {Program.CaPath}

            """);

        await RunAsync("offlineimap", ["-o", "-c", settings, "-u", "basic"]);
        Assert.That(Subjects("mail/INBOX"), Is.EquivalentTo((string[])["to-keep", "to-read"]));

        var read = FileOf("mail/INBOX", "to-read");
        File.Move(read, Path.Combine(_home, "mail/INBOX/cur", Path.GetFileName(read).Split(':')[0] + ":2,S"));
        await File.WriteAllBytesAsync(Path.Combine(_home, "mail/INBOX/new/1.local"), Mail.FromAgent("written-here"));
        await RunAsync("offlineimap", ["-o", "-c", settings, "-u", "basic"]);

        Assert.That(await SubjectsAsync(imap, "INBOX", "ALL"), Is.EquivalentTo((string[])["to-keep", "to-read", "written-here"]));
        Assert.That(await SubjectsAsync(imap, "INBOX", "SEEN"), Does.Contain("to-read").And.Not.Contain("to-keep"));
    }

    [Test]
    public async Task Fetchmail_takes_the_new_mail_and_what_it_deletes_is_in_Trash()
    {
        await using var imap = await Program.LogInToImapAsync();
        await AppendAsync(imap, "INBOX", "one", "two");
        var settings = Write("fetchmailrc", $"""
            set no bouncemail
            poll localhost service {Program.ImapPort} protocol imap user "{ProgramUnderTest.Inbox}" password "{Program.Key}"
              ssl sslcertck sslcertfile "{Program.CaPath}" mda "cat >> {_home}/fetched"

            """);

        await RunAsync("fetchmail", ["-f", settings, "--idfile", Path.Combine(_home, "ids"), "--pidfile", Path.Combine(_home, "pid")]);

        Assert.That(await File.ReadAllTextAsync(Path.Combine(_home, "fetched")), Does.Contain("Subject: one").And.Contain("Subject: two"));
        Assert.That(await SubjectsAsync(imap, "INBOX", "ALL"), Is.Empty);
        Assert.That(await SubjectsAsync(imap, "Trash", "ALL"), Is.EquivalentTo((string[])["one", "two"]));
    }

    [Test]
    public async Task NeoMutt_sends_an_attachment_and_its_own_copy_in_Sent_is_the_server_s()
    {
        var settings = Write("neomuttrc", $"""
            set from="{ProgramUnderTest.Inbox}" realname="Agent" use_envelope_from=yes
            set folder="imaps://localhost:{Program.ImapPort}/" imap_user="{ProgramUnderTest.Inbox}" imap_pass="{Program.Key}"
            set smtp_url="smtps://{Uri.EscapeDataString(ProgramUnderTest.Inbox)}@localhost:{Program.SmtpPort}/" smtp_pass="{Program.Key}"
            set record="+Sent" copy=yes ssl_ca_certificates_file="{Program.CaPath}" header_cache=""

            """);
        var attachment = Write("data.txt", "attached\n");

        await RunAsync("neomutt", ["-n", "-F", settings, "-s", "From NeoMutt", "-a", attachment, "--", ProgramUnderTest.Inbox], "Hello\n");

        await using var imap = await Program.LogInToImapAsync();
        Assert.That(await SubjectsAsync(imap, "INBOX", "TEXT data.txt"), Is.EqualTo((string[])["From NeoMutt"]));
        Assert.That(await SubjectsAsync(imap, "Sent", "ALL"), Is.EqualTo((string[])["From NeoMutt"]));
    }

    static async Task AppendAsync(ImapDialogue imap, string folder, params string[] subjects)
    {
        foreach (var subject in subjects)
        {
            (await imap.AppendAsync(folder, "", Mail.FromAgent(subject))).EnsureOk();
        }
    }

    static async Task<string[]> SubjectsAsync(ImapDialogue imap, string folder, string criteria)
    {
        (await imap.CommandAsync($"EXAMINE {folder}")).EnsureOk();
        var found = (await imap.CommandAsync($"UID SEARCH {criteria}")).EnsureOk().Untagged.Single(line => line.StartsWith("* SEARCH", StringComparison.Ordinal));
        var subjects = new List<string>();
        foreach (var uid in found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2))
        {
            subjects.Add(SubjectOf(await imap.FetchMessageAsync(uint.Parse(uid, CultureInfo.InvariantCulture))));
        }
        return [.. subjects];
    }

    async Task RunAsync(string program, IReadOnlyList<string> words, string input = "")
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _home,
            Environment = { ["HOME"] = _home, ["LC_ALL"] = "C.UTF-8" },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var result = await CommandResult.OfAsync(process, Limit);
        Assert.That(result.ExitCode, Is.Zero, $"{program} said:\n{result.Output}\n{result.Error}");
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_home, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            // fetchmail refuses passwords that others may read.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        return path;
    }

    IEnumerable<string> Files(string maildir) =>
        new[] { "cur", "new" }.Select(folder => Path.Combine(_home, maildir, folder)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles);

    string[] Subjects(string maildir) => [.. Files(maildir).Select(file => SubjectOf(File.ReadAllBytes(file)))];

    string FileOf(string maildir, string subject) => Files(maildir).Single(file => SubjectOf(File.ReadAllBytes(file)) == subject);

    string[] Names(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(_home, folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    static string SubjectOf(byte[] message) =>
        Encoding.UTF8.GetString(message).Split('\n').First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..].TrimEnd('\r');
}
