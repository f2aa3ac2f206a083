using System.CommandLine;
using AgentPost.Host.Setup;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost credentials export</c>.</summary>
static class CredentialCommands
{
    public static Command Create() => new("credentials", "Tell how to log in.") { Export() };

    static Command Export()
    {
        var mint = new Option<bool>("--mint") { Description = "Make a key for each inbox. Without it the password is left empty: keys are stored as hashes only." };
        var command = new Command("export", "Write how to log in to each inbox as CSV.") { mint };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var inboxes = await store.Accounts.ListInboxesAsync(cancellation);
                var lines = parsed.GetValue(mint)
                    ? await CredentialExport.MintAsync(store, inboxes, null, TimeProvider.System.GetUtcNow(), cancellation)
                    : [.. inboxes.Select(inbox => (inbox, ""))];
                Console.Write(CredentialExport.Write(lines, MailSettings.Of(parsed.ReadOptions())));
            },
            cancellation));
        return command;
    }
}
