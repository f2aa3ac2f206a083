using System.Text.Json;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests;

/// <summary>A mail client that opens an INBOX without messages and waits for the first one.</summary>
sealed class EmptyInboxTests : RunningProgram
{
    [Test]
    public async Task Thunderbird_idles_in_an_empty_INBOX_and_shows_new_mail()
    {
        var document = $"http://127.0.0.1:{Program.HttpPort}/mail/config-v1.1.xml?emailaddress={ProgramUnderTest.Inbox}";

        var seen = await ClientScript.RunAsync("thunderbird.py", Program, "wait", document);

        Assert.That(Strings(seen.GetProperty("before")), Is.Empty);
        Assert.That(Strings(seen.GetProperty("after")), Is.EqualTo((string[])["News"]));
        await TestContext.Out.WriteLineAsync($"Shown {seen.GetProperty("milliseconds").GetInt64()} ms after it was sent");
    }

    static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString() ?? "")];
}
