using System.CommandLine;
using AgentPost.Host.Logging;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Data;

namespace AgentPost.Host.Cli;

/// <summary>
/// The option <c>--set Name=Value</c> of every command, and the objects that commands create from the settings.
/// </summary>
static class SettingOption
{
    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "Give a setting, for example --set Imap:Port=2993; may be repeated. docs/configuration.md lists all settings.",
        HelpName = "Name=Value",
        Recursive = true,
    };

    public static Options ReadOptions(this ParseResult parsed) => OptionsReader.Read(parsed.GetValue(Set) ?? []);

    /// <summary>Runs a task with the store, and closes the store afterwards.</summary>
    public static async Task WithStoreAsync(this ParseResult parsed, Func<MailStore, Task> work, CancellationToken cancellation)
    {
        var options = parsed.ReadOptions();
        using var loggers = Loggers.Create(options.LogLevel < LogLevel.Warning ? LogLevel.Warning : options.LogLevel);
        // Only 'serve' creates a missing database or secrets key.
        var settings = options.Store with
        {
            MissingDatabase = MissingDatabase.Refuse,
            MissingSecretsKey = MissingSecretsKey.DoWithout,
        };
        await using var store = await MailStore.OpenAsync(settings, loggers, TimeProvider.System, cancellation);
        await work(store);
    }
}
