using System.CommandLine;
using AgentPost.Host.Settings;
using AgentPost.Store.Model;

namespace AgentPost.Host.Cli;

/// <summary>The commands of the program. Exit codes: 0 success, 1 failure, 2 usage error.</summary>
static class CommandLine
{
    const int Failed = 1;
    const int NotUnderstood = 2;

    public static async Task<int> RunAsync(string[] words)
    {
        var parsed = Build().Parse(words);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See 'agentpost --help'.");
            return NotUnderstood;
        }
        try
        {
            // The web host handles signals, and this class handles exceptions.
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception failure) when (IsForTheUser(failure))
        {
            Console.Error.WriteLine(failure.Message);
            return Failed;
        }
    }

    // The messages of these exceptions say what to do. Any other exception is an internal error and is shown with its
    // stack trace.
    static bool IsForTheUser(Exception failure) =>
        failure is SettingsException or CommandException or StoreRefusedException or StoreSetupException or StoreUnavailableException;

    internal static RootCommand Build() => new("AgentPost: IMAP and SMTP in front of a Postgres mailbox store.")
    {
        SettingOption.Set,
        ServeCommand.Create(),
        InboxCommands.Create(),
        SendBlock.OfOrganization(),
        KeyCommands.Create(),
        RuleCommands.Create(),
        CredentialCommands.Create(),
        DomainCommands.Create(),
        QueueCommands.Create(),
        SuppressionCommands.Create(),
        ImportCommand.Create(),
        ExportCommand.Create(),
        DoctorCommand.Create(),
        HealthCommand.Create(),
        OpenApiCommand.Create(),
    };
}
