using System.Globalization;
using System.Text;
using AgentPost.EndToEnd.Tests.Delivery;
using AgentPost.Support;

namespace AgentPost.EndToEnd.Tests.Inbound;

/// <summary>Mail as the owner of the inbox finds it.</summary>
static class Arrived
{
    /// <summary>The message with that subject, once it has come.</summary>
    public static async Task<string> MessageAsync(ProgramUnderTest program, string subject)
    {
        await using var imap = await program.LogInToImapAsync();
        (await imap.CommandAsync("SELECT INBOX")).EnsureOk();
        string[] found = [];
        await Eventually.IsAsync(async () => (found = await SearchAsync(imap, $"SUBJECT \"{subject}\"")).Length > 0, $"'{subject}' in INBOX");
        return Encoding.Latin1.GetString(await imap.FetchMessageAsync(uint.Parse(found.Single(), CultureInfo.InvariantCulture)));
    }

    /// <summary>The UIDs that a search of the selected folder finds.</summary>
    public static async Task<string[]> SearchAsync(ImapDialogue imap, string criteria) =>
        (await imap.CommandAsync($"UID SEARCH {criteria}")).EnsureOk().Untagged.Single(line => line.StartsWith("* SEARCH", StringComparison.Ordinal)).Split(' ')[2..];
}
