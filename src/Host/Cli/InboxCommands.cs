using System.CommandLine;

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
        var command = new Command("create", "Create an inbox.") { address, name };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var inbox = await store.Accounts.CreateInboxAsync(parsed.GetRequiredValue(address), parsed.GetValue(name), cancellation);
                Console.WriteLine(inbox.Address);
            },
            cancellation));
        return command;
    }

    static Command ListInboxes()
    {
        var json = Listing.Json();
        var command = new Command("list", "List all inboxes.") { json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var inboxes = await store.Accounts.ListInboxesAsync(cancellation);
                Listing.Write(
                    inboxes.Select(inbox => new InboxLine(inbox.Address.Value, inbox.Id.ToString(), inbox.Name, inbox.CreatedAt)),
                    ["ADDRESS", "ID", "NAME", "CREATED"],
                    line => [line.Address, line.Id, line.Name ?? "", Listing.Instant(line.CreatedAt)],
                    asJson: parsed.GetValue(json));
            },
            cancellation));
        return command;
    }

    static Command DeleteInbox()
    {
        var address = new Argument<string>("ADDRESS") { Description = "The e-mail address of the inbox." };
        var command = new Command("delete", "Delete an inbox and all its mail.") { address };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            store => store.Accounts.DeleteInboxAsync(parsed.GetRequiredValue(address), cancellation), cancellation));
        return command;
    }

    sealed record InboxLine(string Address, string Id, string? Name, DateTimeOffset CreatedAt);
}
