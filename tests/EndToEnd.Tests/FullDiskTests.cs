using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>
/// A disk that is full, and one that is almost full: mail is rejected temporarily, in each protocol's own words.
/// </summary>
sealed class FullDiskTests
{
    const long LongMessage = 12 << 20;

    [Test]
    public async Task A_spool_that_is_full_rejects_the_message_and_the_connection_continues()
    {
        await using var database = await Databases.CreateAsync();
        using var disk = SmallDisk.Mount();
        await using var program = await ProgramUnderTest.StartAsync(
            database.ConnectionString, ("AGENTPOST_DATA", disk.Folder), ("AGENTPOST_LIMITS__FREEDISK", "0"));

        await RejectedAsync(program, LongMessage);
        Assert.That(await HealthAsync(program), Does.Contain("\"ok\""));
        await AcceptedAsync(program);
    }

    [Test]
    public async Task With_less_free_than_the_limit_no_mail_is_accepted_and_all_else_works()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(
            database.ConnectionString, ("AGENTPOST_LIMITS__FREEDISK", "1000000000000000"));

        await RejectedAsync(program, 100);
        Assert.That(await HealthAsync(program), Does.Contain("\"degraded\"").And.Contain("Limits:FreeDisk"));
        var doctor = await program.RunCommandAsync("doctor");
        Assert.That(doctor.Output, Does.Match("disk .*Limits:FreeDisk"));
        await using var imap = await program.LogInToImapAsync();
        Assert.That((await imap.CommandAsync("SELECT INBOX")).Status, Does.StartWith("OK"));
    }

    static async Task RejectedAsync(ProgramUnderTest program, long size)
    {
        var text = new StringBuilder("From: agent@agentpost.test\r\nTo: agent@agentpost.test\r\nSubject: long\r\n\r\n");
        while (text.Length < size)
        {
            text.Append("A line of a message that does not fit on the disk.\r\n");
        }
        var message = text.ToString();

        await using var imap = await program.LogInToImapAsync();
        var append = await imap.AppendAsync("INBOX", "", Encoding.ASCII.GetBytes(message));
        Assert.That(append.Status, Does.StartWith("NO [LIMIT]"));
        Assert.That((await imap.CommandAsync("STATUS INBOX (MESSAGES)")).Status, Does.StartWith("OK"));

        await using var smtp = await program.LogInToSmtpAsync();
        var reply = await smtp.CommandAsync($"MAIL FROM:<{ProgramUnderTest.Inbox}>");
        if (reply.StartsWith("250", StringComparison.Ordinal))
        {
            await smtp.CommandAsync("RSET");
            reply = await smtp.SubmitAsync(
                ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Encoding.ASCII.GetBytes(message));
        }
        Assert.That(reply, Does.StartWith("452 4.3.1"));
        Assert.That(await smtp.CommandAsync("RSET"), Does.StartWith("250"));

        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{program.HttpPort}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", program.Key);
        var file = new { filename = "long.txt", mime_type = "text/plain", content = Convert.ToBase64String(Encoding.ASCII.GetBytes(message)) };
        using var response = await client.PostAsJsonAsync(
            $"/api/v1/inboxes/{ProgramUnderTest.Inbox}/messages",
            new { to = new[] { ProgramUnderTest.Inbox }, subject = "long", text_body = "See the file.", attachments = new[] { file } });
        var body = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InsufficientStorage), body);
        Assert.That(body, Does.Contain("\"storage_full\""));
    }

    static async Task AcceptedAsync(ProgramUnderTest program)
    {
        await using var smtp = await program.LogInToSmtpAsync();
        Assert.That(
            await smtp.SubmitAsync(ProgramUnderTest.Inbox, [ProgramUnderTest.Inbox], Mail.FromAgent("short")),
            Does.StartWith("250 "));
    }

    static async Task<string> HealthAsync(ProgramUnderTest program)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{program.HttpPort}/health"));
    }

    /// <summary>A file system of 4 MB in memory. Mounting needs root; without it the test is ignored.</summary>
    sealed class SmallDisk : IDisposable
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("agentpost-disk-").FullName;

        public static SmallDisk Mount()
        {
            var disk = new SmallDisk();
            if (Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.Folder) == 0)
            {
                return disk;
            }
            Directory.Delete(disk.Folder);
            Assert.Ignore("This user may not mount a small disk.");
            throw new UnreachableException();
        }

        public void Dispose()
        {
            Run("umount", Folder);
            Directory.Delete(Folder, recursive: true);
        }

        static int Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
