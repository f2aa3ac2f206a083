using System.Diagnostics;
using System.Globalization;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Inbound;

/// <summary>swaks, as a server that calls itself sender.test.</summary>
static class Swaks
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Sends to a port a message from ann@sender.test, for the inbox unless the words name another recipient. Returns the dialogue.</summary>
    public static async Task<string> SendAsync(int port, int exitCode, params string[] words)
    {
        string[] to = words.Contains("--to") ? [] : ["--to", ProgramUnderTest.Inbox];
        string[] common = ["--server", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--helo", "sender.test", "--from", "ann@sender.test", "--timeout", "30"];
        using var process = Process.Start(new ProcessStartInfo("swaks", [.. common, .. to, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("swaks did not start.");
        var result = await CommandResult.OfAsync(process, Limit);
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Output + result.Error);
        return result.Output;
    }
}
