using System.CommandLine;

namespace AgentPost.Host.Cli;

/// <summary>The commands <c>block</c> and <c>unblock</c>, of one inbox and of all: sending is paused, with a reason that senders are told.</summary>
static class SendBlock
{
    public static IEnumerable<Command> OfInbox()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The e-mail address of the inbox." };
        var reason = Reason();
        var block = new Command("block", "Pause sending from an inbox.") { address, reason };
        block.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => store.SendingRules.PauseInboxAsync(parsed.GetRequiredValue(address), parsed.GetRequiredValue(reason), cancellation), cancellation));
        var unblock = new Command("unblock", "Let an inbox send again.") { address };
        unblock.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => store.SendingRules.PauseInboxAsync(parsed.GetRequiredValue(address), null, cancellation), cancellation));
        return [block, unblock];
    }

    /// <summary><c>agentpost organization block|unblock</c>.</summary>
    public static Command OfOrganization()
    {
        var reason = Reason();
        var block = new Command("block", "Pause sending from all inboxes.") { reason };
        block.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => store.SendingRules.PauseOrganizationAsync(parsed.GetRequiredValue(reason), cancellation), cancellation));
        var unblock = new Command("unblock", "Let inboxes send again, save those that are blocked themselves.");
        unblock.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => store.SendingRules.PauseOrganizationAsync(null, cancellation), cancellation));
        return new("organization", "Manage the organization.") { block, unblock };
    }

    static Option<string> Reason() => new("--reason")
    {
        Description = "Told to senders: 550 5.7.1 sending is paused: TEXT.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "by the administrator",
    };
}
