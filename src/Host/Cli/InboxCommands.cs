using System.CommandLine;
using AgentPost.Store;

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
        var command = new Command("delete", "Delete an inbox and all its mail.") { address };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => store.Accounts.DeleteInboxAsync(parsed.GetRequiredValue(address), cancellation), cancellation));
        return command;
    }

    sealed record InboxLine(
        string Address, string Id, string? Name, DateTimeOffset CreatedAt, string? BlockedBy, string? BlockReason);
}
