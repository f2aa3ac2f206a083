using System.CommandLine;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Model;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost inbox create|list|delete|block|unblock</c>.</summary>
static class InboxCommands
{
    public static Command Create()
    {
        var inbox = new Command("inbox", "Manage inboxes.") { CreateInbox(), ListInboxes(), DeleteInbox() };
        foreach (var command in SendBlock.OfInbox())
        {
            inbox.Add(command);
        }
        return inbox;
    }

    static Command CreateInbox()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The e-mail address of the inbox." };
        var name = new Option<string?>("--name") { Description = "A name for people.", HelpName = "N" };
        const string Summary = "Create an inbox in a domain of this server (setting Domain, 'agentpost domain add').";
        var command = new Command("create", Summary) { address, name };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var inbox = await CreateAsync(
                    store, parsed.GetRequiredValue(address), parsed.GetValue(name), cancellation);
                Console.WriteLine(inbox.Address);
            },
            cancellation));
        return command;
    }

    static async Task<Inbox> CreateAsync(MailStore store, string address, string? name, CancellationToken cancellation)
    {
        try
        {
            return await store.Accounts.CreateInboxAsync(address, name, cancellation);
        }
        catch (StoreRefusedException refused) when (refused.Refusal == Refusal.DomainNotOwned)
        {
            throw new CommandException(
                $"{refused.Message} Run 'agentpost domain add {address[(address.LastIndexOf('@') + 1)..]}' first.",
                refused);
        }
    }

    static Command ListInboxes()
    {
        var json = Listing.Json();
        var command = new Command("list", "List all inboxes, and whether they may send.") { json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var inboxes = await store.Accounts.ListInboxesAsync(cancellation);
                Listing.Write(
                    inboxes.Select(inbox => new InboxLine(
                        inbox.Address.Value, inbox.Id.ToString(), inbox.Name, inbox.CreatedAt,
                        inbox.SendingPaused?.Level.ToWord(), inbox.SendingPaused?.Reason)),
                    ["ADDRESS", "ID", "NAME", "CREATED", "SENDING"],
                    line => [line.Address, line.Id, line.Name ?? "", Listing.Instant(line.CreatedAt), SendingOf(line)],
                    asJson: parsed.GetValue(json));
            },
            cancellation));
        return command;
    }

    static string SendingOf(InboxLine line) =>
        line.BlockedBy is null ? "yes" : $"blocked by {line.BlockedBy}: {line.BlockReason}";

    static Command DeleteInbox()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The e-mail address of the inbox." };
        var yes = new Option<bool>("--yes") { Description = "Delete without asking." };
        var force = new Option<bool>("--force") { Description = "Drop the inbox's queued mail, which is then never sent." };
        var command = new Command("delete", "Delete an inbox and all its mail.") { address, yes, force };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => DeleteAsync(
                store, parsed.GetRequiredValue(address), parsed.GetValue(yes), parsed.GetValue(force), cancellation),
            cancellation));
        return command;
    }

    static async Task DeleteAsync(MailStore store, string address, bool yes, bool force, CancellationToken cancellation)
    {
        var contents = await store.Accounts.CountContentsAsync(address, cancellation);
        if (contents.QueuedRecipients > 0 && !force)
        {
            throw new CommandException(
                $"{address} has {Amount.Of(contents.QueuedRecipients, "queued recipient")}, whose mail would never be sent. "
                + "Wait until the queue is empty ('agentpost queue list'), or add --force to drop this mail.");
        }
        if (!yes && !Confirmation.Ask($"Delete {address} with {Describe(contents)} permanently?"))
        {
            throw new CommandException(
                $"Nothing was deleted. To delete {address} with {Describe(contents)} without a question, add --yes.");
        }
        var deleted = await store.Accounts.DeleteInboxAsync(address, dropsQueuedMail: force, cancellation);
        Console.WriteLine($"Deleted {address} with {Describe(deleted)}.");
    }

    static string Describe(InboxContents contents) =>
        $"{Amount.Of(contents.Messages, "message")} ({Amount.OfBytes(contents.Size)})"
        + (contents.QueuedRecipients > 0 ? $" and {Amount.Of(contents.QueuedRecipients, "queued recipient")}" : "");

    sealed record InboxLine(
        string Address, string Id, string? Name, DateTimeOffset CreatedAt, string? BlockedBy, string? BlockReason);
}
