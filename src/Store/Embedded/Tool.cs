using System.Diagnostics;

namespace AgentPost.Store.Embedded;

/// <summary>Runs a program of the system to its end.</summary>
static class Tool
{
    /// <summary>Returns the exit code and what the program wrote to both outputs. A program that does not exist has exit code 127.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Whoever the tool runs as can be there.
            WorkingDirectory = "/",
        };
        // Messages are read for their meaning, and initdb takes its defaults from the locale.
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} was not started.");
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, await output + await errors);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }
    }
}
