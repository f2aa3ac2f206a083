using System.CommandLine;
using AgentPost.Host.MailFiles;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost import</c>.</summary>
static class ImportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "An mbox file, a Maildir, an .eml file, or a directory of these." };
        var inbox = new Option<string>("--inbox") { Description = "The inbox that gets the messages.", HelpName = "ADDRESS", Required = true };
        var folder = new Option<string?>("--folder")
        {
            Description = "The folder for them, and above the folders that PATH has. Without it they go to INBOX and to folders of the same names.",
            HelpName = "F",
        };
        var command = new Command("import", "Bring in mail from files. What is there already is not brought in twice: after an interruption, run it again.") { path, inbox, folder };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => ImportAsync(store, parsed.GetRequiredValue(path), parsed.GetRequiredValue(inbox), parsed.GetValue(folder), cancellation), cancellation));
        return command;
    }

    static async Task ImportAsync(MailStore store, string path, string address, string? folder, CancellationToken cancellation)
    {
        var inbox = await store.FindInboxAsync(address, cancellation);
        FolderName? target = null;
        if (folder is not null && !FolderName.TryParse(folder, out target))
        {
            throw new CommandException($"'{folder}' cannot be the name of a folder. {FolderName.ReasonAgainst(folder)}.");
        }
        try
        {
            var sources = MailSources.Find(path);
            if (sources.Count == 0)
            {
                throw new CommandException(
                    $"{path} contains no mail. Name an mbox file, a Maildir, an .eml file, or a directory of these.");
            }
            var octets = sources.Sum(source => source.Octets);
            var import = await WorkProgress.RunAsync(
                $"Importing into {inbox.Address}", octets,
                progress => ImportAsync(store, inbox, target, sources, progress, cancellation));
            Summarize(import);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read ({failure.Message}).", failure);
        }
    }

    static async Task<MailImport> ImportAsync(
        MailStore store, Inbox inbox, FolderName? target, IReadOnlyList<MailSource> sources, WorkProgress progress,
        CancellationToken cancellation)
    {
        var import = new MailImport(store, inbox.Id, target, progress);
        await import.RunAsync(sources, cancellation);
        return import;
    }

    static void Summarize(MailImport import)
    {
        Console.WriteLine($"{import.Imported} imported, {import.Present} there already, {import.Failed} failed.");
        if (import.Failed > 0)
        {
            throw new CommandException(
                import.Failed == 1
                    ? "1 message was not imported, for the reason above."
                    : $"{import.Failed} messages were not imported, for the reasons above.");
        }
    }
}
