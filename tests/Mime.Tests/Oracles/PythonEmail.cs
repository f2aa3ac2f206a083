using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.Mime.Tests.Oracles;

/// <summary>Python's email package, one process for all messages.</summary>
static class PythonEmail
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<JsonElement>> ReadAsync(IReadOnlyList<byte[]> messages, string program = "email_tree.py")
    {
        var script = Path.Combine(Repository.Root, "tests", "Mime.Tests", "Oracles", program);
        var start = new ProcessStartInfo("python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
        var result = CommandResult.OfAsync(process, Limit);
        try
        {
            foreach (var message in messages)
            {
                await process.StandardInput.WriteLineAsync(Convert.ToBase64String(message));
            }
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended too soon and says below why.
        }
        var (exitCode, output, error) = await result;
        return exitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]
            : throw new InvalidOperationException($"{program} ended with {exitCode}: {error}");
    }

    /// <summary>What it found, item by item, as text: the parts in preorder with the octets of leaves, fields, and recipients.</summary>
    public static Dictionary<string, string> Describe(JsonElement found) => new()
    {
        ["types"] = string.Join('\n', found.GetProperty("parts").EnumerateArray().Select(part => $"{part.GetProperty("number").GetString()} {part.GetProperty("type").GetString()}")),
        ["octets"] = string.Join('\n', found.GetProperty("parts").EnumerateArray().Select(part => $"{part.GetProperty("number").GetString()} {Text(part.GetProperty("octets"))}")),
        ["Subject"] = Text(found.GetProperty("subject")),
        ["Message-ID"] = Text(found.GetProperty("messageId")),
        ["Date"] = Text(found.GetProperty("date")),
        ["To"] = string.Join(", ", found.GetProperty("to").EnumerateArray().Select(pair => $"{Text(pair[0])} <{Text(pair[1])}>")),
    };

    static string Text(JsonElement base64) => base64.GetString() is { } text ? Encoding.Latin1.GetString(Convert.FromBase64String(text)) : "";
}
