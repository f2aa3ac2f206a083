using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Inbound;

/// <summary>Mail as the owner of the inbox finds it.</summary>
static class Arrived
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The message with that subject, once it has come.</summary>
    public static async Task<string> MessageAsync(ProgramUnderTest program, string subject)
    {
        await using var imap = await program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        string[] found = [];
        await UntilAsync(
            async () => (found = await SearchAsync(imap, $"SUBJECT \"{subject}\"")).Length > 0,
            () => $"'{subject}' has not come.");
        return Encoding.Latin1.GetString(await imap.FetchMessageAsync(uint.Parse(found.Single(), CultureInfo.InvariantCulture)));
    }

    /// <summary>The UIDs that a search of the selected folder finds.</summary>
    public static async Task<string[]> SearchAsync(ImapDialogue imap, string criteria) =>
        (await imap.CommandAsync($"UID SEARCH {criteria}")).EnsureOk().Untagged.Single(line => line.StartsWith("* SEARCH", StringComparison.Ordinal)).Split(' ')[2..];

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> explanation)
    {
        var waiting = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(waiting.Elapsed, Is.LessThan(Limit), explanation);
            await Task.Delay(Pause);
        }
    }
}
