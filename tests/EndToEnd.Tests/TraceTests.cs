using System.Diagnostics;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>What the log shows, and what it does not.</summary>
sealed class TraceTests
{
    [Test]
    public async Task The_trace_has_the_lines_of_the_protocol_and_the_size_of_content_only()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_LOG__LEVEL", "Trace"));
        await using var imap = await program.LogInToImapAsync();
        var message = Encoding.ASCII.GetBytes("Subject: {3}\r\n\r\n" + string.Concat(Enumerable.Repeat("secret-body {5}\r\n", 5000)));
        (await imap.AppendAsync("INBOX", "", message)).EnsureOk();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();

        Assert.That(await imap.FetchMessageAsync(1), Is.EqualTo(message));
        (await imap.CommandAsync("NOOP")).EnsureOk();

        await UntilAsync(() => program.ErrorOutput.Contains("NOOP completed", StringComparison.Ordinal));
        Assert.That(program.ErrorOutput, Does.Not.Contain("secret-body"));
        Assert.That(program.ErrorOutput, Does.Contain($"[{message.Length} bytes]"));
        Assert.That(program.ErrorOutput, Does.Contain("FETCH completed"));
    }

    [Test]
    public async Task A_client_that_renegotiates_TLS_is_no_error_of_the_server()
    {
        await using var database = await Databases.CreateAsync();
        await using var program = await ProgramUnderTest.StartAsync(database.ConnectionString, ("AGENTPOST_LOG__LEVEL", "Debug"));
        foreach (var port in new[] { program.ImapPort, program.SmtpPort })
        {
            // "R" renegotiates.
            var start = new ProcessStartInfo("openssl", ["s_client", "-connect", $"127.0.0.1:{port}", "-tls1_2", "-CAfile", program.CaPath])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var client = Process.Start(start) ?? throw new InvalidOperationException("openssl did not start.");
            var output = client.StandardOutput.ReadToEndAsync();
            var errors = client.StandardError.ReadToEndAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await client.StandardInput.WriteAsync("R\n");
            await client.StandardInput.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(2));
            client.Kill();
            await client.WaitForExitAsync();
            Assert.That(await output + await errors, Does.Contain("RENEGOTIATING"));
        }
        Assert.That(program.ErrorOutput, Does.Not.Match("\"@l\":\"(Error|Warning)\"").And.Not.Contain("Exception"));
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }
    }
}
