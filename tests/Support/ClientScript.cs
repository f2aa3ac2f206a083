using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AgentPost.Support;

/// <summary>A script of tests/Clients, run by its own interpreter against a program. It finds the program in its environment and prints one JSON value.</summary>
public static class ClientScript
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <param name="script">File name: <c>.py</c> for python3, <c>.cjs</c> and <c>.mjs</c> for node.</param>
    public static async Task<JsonElement> RunAsync(string script, ProgramUnderTest program, params string[] words)
    {
        var interpreter = script.EndsWith(".py", StringComparison.Ordinal) ? "python3" : "node";
        var start = new ProcessStartInfo(interpreter, [Path.Combine(Repository.Root, "tests", "Clients", script), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["MAIL_HOST"] = "localhost",
                ["IMAP_PORT"] = program.ImapPort.ToString(CultureInfo.InvariantCulture),
                ["SMTP_PORT"] = program.SmtpPort.ToString(CultureInfo.InvariantCulture),
                ["HTTP_PORT"] = program.HttpPort.ToString(CultureInfo.InvariantCulture),
                ["MAIL_USER"] = ProgramUnderTest.Inbox,
                ["MAIL_KEY"] = program.Key,
                ["MAIL_CA"] = program.CaPath,
                // Where ./agentpost test installs what npm offers.
                ["NODE_PATH"] = Path.Combine(Repository.Root, "artifacts", "clients", "node_modules"),
            },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{interpreter} did not start.");
        var result = await CommandResult.OfAsync(process, Limit);
        return result.ExitCode == 0
            ? JsonElement.Parse(result.Output)
            : throw new InvalidOperationException($"{script} ended with {result.ExitCode}:\n{result.Output}\n{result.Error}");
    }
}
