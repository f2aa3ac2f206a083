using System.CommandLine;
using AgentPost.Host.Settings;

namespace AgentPost.Host.Cli;

/// <summary>
/// <c>agentpost suppression list|remove</c>: remote addresses that do not exist, so that sending to them is rejected.
/// </summary>
static class SuppressionCommands
{
    public static Command Create() => new("suppression", "Look after the addresses that mail failed to reach for good.") { List(), Remove() };

    static Command List()
    {
        var json = Listing.Json();
        var command = new Command("list", "List the addresses.") { json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store => Listing.Write(
                await store.Suppressions.ListAsync(cancellation),
                ["ADDRESS", "SINCE", "REASON"],
                line => [line.Address, Listing.Instant(line.CreatedAt), line.Reason],
                asJson: parsed.GetValue(json)),
            cancellation));
        return command;
    }

    static Command Remove()
    {
        var address = new Argument<string>("ADDRESS") { Description = "An address, as 'agentpost suppression list' shows it." };
        var command = new Command("remove", "Let inboxes write to an address again.") { address };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                if (!await store.Suppressions.RemoveAsync(parsed.GetRequiredValue(address), cancellation))
                {
                    throw new CommandException($"{parsed.GetRequiredValue(address)} is not on the list; 'agentpost suppression list' shows it.");
                }
                Console.WriteLine($"Removed {parsed.GetRequiredValue(address)} from the suppression list.");
            },
            cancellation));
        return command;
    }
}
