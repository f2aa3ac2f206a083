using System.CommandLine;
using AgentPost.Store.Access;

namespace AgentPost.Host.Cli;

/// <summary>
/// The commands <c>block</c> and <c>unblock</c> for one inbox and for all inboxes. They pause sending, with a reason
/// that senders see.
/// </summary>
static class SendBlock
{
    public static IEnumerable<Command> OfInbox()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The e-mail address of the inbox." };
        var (reason, level) = (
            Reason(), LevelOption.Create("Level of the block. No key can lift a block on level operator."));
        var block = new Command("block", "Pause sending from an inbox.") { address, reason, level };
        block.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var inbox = await store.SendingRules.PauseInboxAsync(
                    parsed.GetRequiredValue(address), parsed.GetValue(level), parsed.GetRequiredValue(reason),
                    cancellation);
                Console.WriteLine(
                    $"Sending from {inbox.Address} is paused. Queued mail waits until 'agentpost inbox unblock {inbox.Address}'.");
            },
            cancellation));
        var lifted = LevelOption.Create("Level of the block to lift; organization lifts that of the inbox too.");
        var unblock = new Command("unblock", "Let an inbox send again.") { address, lifted };
        unblock.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
                Console.WriteLine(
                    StateOf(
                        await store.SendingRules.ResumeInboxAsync(
                            parsed.GetRequiredValue(address), parsed.GetValue(lifted), cancellation))),
            cancellation));
        return [block, unblock];
    }

    /// <summary><c>agentpost organization block|unblock</c>.</summary>
    public static Command OfOrganization()
    {
        var reason = Reason();
        var block = new Command("block", "Pause sending from all inboxes.") { reason };
        block.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                await store.SendingRules.PauseOrganizationAsync(parsed.GetRequiredValue(reason), cancellation);
                Console.WriteLine(
                    "Sending from all inboxes is paused. Queued mail waits until 'agentpost organization unblock'.");
            },
            cancellation));
        var unblock = new Command("unblock", "Let inboxes send again, except those that are blocked themselves.");
        unblock.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                await store.SendingRules.PauseOrganizationAsync(null, cancellation);
                Console.WriteLine("Inboxes can send again, except those that are blocked themselves.");
            },
            cancellation));
        return new("organization", "Manage the organization.") { block, unblock };
    }

    // Another level, or the pause for all inboxes, may still be active.
    static string StateOf(Inbox inbox) => inbox.SendingPaused switch
    {
        null => $"{inbox.Address} can send again.",
        { Level: PolicyLevel.Operator } pause =>
            $"{inbox.Address} stays blocked: all inboxes are ({pause.Reason}). To lift that, run 'agentpost organization unblock'.",
        var pause =>
            $"{inbox.Address} stays blocked by the {pause.Level.ToWord()} ({pause.Reason}). To lift that too, add --level {pause.Level.ToWord()}.",
    };

    static Option<string> Reason() => new("--reason")
    {
        Description = "Reason that senders get: 550 5.7.1 sending is paused by the operator: TEXT.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => SendPause.NoReason,
    };
}
