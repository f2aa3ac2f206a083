using System.CommandLine;
using AgentPost.Host.MailFiles;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Model;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost export</c>.</summary>
static class ExportCommand
{
    public static Command Create()
    {
        var inbox = new Option<string>("--inbox") { Description = "The inbox whose folders are written.", HelpName = "ADDRESS", Required = true };
        var path = new Argument<string>("PATH") { Description = "The directory for the files; made if it is not there." };
        var format = new Option<MailFormat>("--format")
        {
            Description = "mbox (one file per folder) or maildir (one file per message).",
            HelpName = "mbox|maildir",
            CustomParser = ValueParsers.OneOf<MailFormat>,
        };
        var command = new Command("export", "Write all folders of an inbox to files. Run again, it brings them up to date.") { inbox, path, format };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => ExportAsync(store, parsed.GetRequiredValue(inbox), parsed.GetRequiredValue(path), parsed.GetValue(format), cancellation), cancellation));
        return command;
    }

    static async Task ExportAsync(MailStore store, string address, string path, MailFormat format, CancellationToken cancellation)
    {
        var inbox = await store.FindInboxAsync(address, cancellation);
        var folders = (await store.Folders.ListAsync(inbox.Id, cancellation)).Folders;
        var octets = 0L;
        foreach (var folder in folders)
        {
            octets += await store.Folders.SizeAsync(new(inbox.Id, folder.Id), cancellation);
        }
        try
        {
            var exported = await WorkProgress.RunAsync($"Exporting {inbox.Address}", octets, async progress =>
            {
                var export = new MailExport(store, inbox.Id, folder => Open(format, Path.GetFullPath(path), folder, progress), progress);
                await export.RunAsync(folders, cancellation);
                return export.Exported;
            });
            Console.WriteLine($"{exported} exported to {path}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written ({failure.Message}).", failure);
        }
    }

    static FolderFiles Open(MailFormat format, string root, FolderName folder, WorkProgress progress) => format switch
    {
        MailFormat.Maildir => new MaildirFiles(root, folder, progress.Tell),
        _ => new MboxFiles(root, folder),
    };
}
