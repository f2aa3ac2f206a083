using System.Diagnostics;
using System.Text.Json;

namespace AgentPost.Support;

/// <summary>A Python script of tests/Clients that needs no server; it prints one JSON value.</summary>
public static class ScriptProcess
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<JsonElement> RunAsync(string script, params string[] words)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(Repository.Root, "tests", "Clients", script), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
        var result = await CommandResult.OfAsync(process, Limit);
        return result.ExitCode == 0
            ? JsonElement.Parse(result.Output)
            : throw new InvalidOperationException($"{script} ended with {result.ExitCode}:\n{result.Output}\n{result.Error}");
    }
}
