using System.Diagnostics;

namespace AgentPost.EndToEnd.Tests.Delivery;

/// <summary>Programs that do one thing and end.</summary>
static class Commands
{
    /// <summary>Runs a program, as root; returns what it wrote to both outputs. One that fails fails the test.</summary>
    public static async Task<string> RunAsync(string program, TimeSpan patience, params string[] words)
    {
        string[] all = Environment.IsPrivilegedProcess ? [program, .. words] : ["sudo", "-n", program, .. words];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        var written = await output + await error;
        return process.ExitCode == 0 ? written : throw new InvalidOperationException($"{string.Join(' ', all)} ended with {process.ExitCode}: {written}");
    }
}
