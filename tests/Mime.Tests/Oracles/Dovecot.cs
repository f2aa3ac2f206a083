using System.Diagnostics;
using System.Text;
using AgentPost.Support;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>Dovecot's imap, run as a process of its own over pipes: no port, no login, a mail folder that ends with it.</summary>
static class Dovecot
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Of Debian, Fedora, Homebrew.
    static readonly (string Imap, string Dovecot)[] Programs =
    [
        ("/usr/lib/dovecot/imap", "/usr/sbin/dovecot"),
        ("/usr/libexec/dovecot/imap", "/usr/sbin/dovecot"),
        ("/opt/homebrew/opt/dovecot/libexec/dovecot/imap", "/opt/homebrew/opt/dovecot/sbin/dovecot"),
        ("/usr/local/opt/dovecot/libexec/dovecot/imap", "/usr/local/opt/dovecot/sbin/dovecot"),
    ];

    static readonly (string Imap, string Dovecot) Program = Programs.FirstOrDefault(program => File.Exists(program.Imap));

    static readonly Lazy<bool> Is23 = new(() => ReadVersion().StartsWith("2.3.", StringComparison.Ordinal));

    /// <summary>Else it is a later one, with settings of other names.</summary>
    public static bool IsOfVersion23 => Is23.Value;

    /// <summary>What it answers to FETCH of each message, by item; for a message that it does not take, nothing.</summary>
    public static async Task<Dictionary<int, Dictionary<string, object?>>> FetchAsync(IReadOnlyList<(byte[] Message, IEnumerable<string> Items)> messages)
    {
        var folder = Directory.CreateTempSubdirectory("agentpost-dovecot-").FullName;
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, (UnixFileMode)0x1FF);
            }
            await File.WriteAllTextAsync(Path.Combine(folder, "dovecot.conf"), Settings(folder));
            return new ImapData(await TalkAsync(folder, Dialogue(messages))).Fetches();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string Settings(string folder)
    {
        var mail = IsOfVersion23
            ? $"mail_location = maildir:{folder}/mail\n"
            : $"dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\nmail_driver = maildir\nmail_path = {folder}/mail\n";
        // It refuses to work as root.
        var user = Environment.UserName == "root" ? "mail_uid = nobody\nmail_gid = nogroup\n" : "";
        return $"{mail}log_path = /dev/stderr\nssl = no\nbase_dir = {folder}\nfirst_valid_uid = 0\nfirst_valid_gid = 0\n{user}";
    }

    static string ReadVersion()
    {
        if (Program.Dovecot is null)
        {
            throw new InvalidOperationException("Dovecot is not installed: ./agentpost test does it, or apt-get install dovecot-imapd.");
        }
        using var process = Process.Start(new ProcessStartInfo(Program.Dovecot, ["--version"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("Dovecot did not start.");
        return process.StandardOutput.ReadToEnd();
    }

    static byte[] Dialogue(IReadOnlyList<(byte[] Message, IEnumerable<string> Items)> messages)
    {
        using var dialogue = new MemoryStream();
        foreach (var (message, _) in messages)
        {
            dialogue.Write(Encoding.ASCII.GetBytes($"a APPEND INBOX {{{message.Length}+}}\r\n"));
            dialogue.Write(message);
            dialogue.Write("\r\n"u8);
        }
        dialogue.Write("s SELECT INBOX\r\n"u8);
        for (var i = 0; i < messages.Count; i++)
        {
            // One by one, as one that is refused takes the others of its command along.
            foreach (var item in messages[i].Items)
            {
                dialogue.Write(Encoding.ASCII.GetBytes($"f FETCH {i + 1} ({item})\r\n"));
            }
        }
        dialogue.Write("z LOGOUT\r\n"u8);
        return dialogue.ToArray();
    }

    static async Task<byte[]> TalkAsync(string folder, byte[] dialogue)
    {
        var start = new ProcessStartInfo(Program.Imap, ["-c", Path.Combine(folder, "dovecot.conf")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["USER"] = "ann", ["HOME"] = folder },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("Dovecot did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        using var answers = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(answers);
        await process.StandardInput.BaseStream.WriteAsync(dialogue);
        process.StandardInput.Close();
        await CommandResult.WaitAsync(process, Limit);
        await reading;
        return process.ExitCode == 0 ? answers.ToArray() : throw new InvalidOperationException($"Dovecot ended with {process.ExitCode}: {await errors}");
    }
}
