using System.Diagnostics;

namespace AgentPost.Store.Embedded;

/// <summary>Runs a system command to its end.</summary>
static class Tool
{
    /// <summary>
    /// Returns the exit code, and what the command wrote to standard output and standard error. If the command does not
    /// exist, the exit code is 127.
    /// </summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Every user that the command may run as can enter this folder.
            WorkingDirectory = "/",
        };
        // Messages are parsed, and initdb takes its defaults from the locale.
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
