using System.CommandLine;
using AgentPost.Host.Settings;
using AgentPost.Store;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost queue list|retry|drop</c>: manages queued mail.</summary>
static class QueueCommands
{
    const int DefaultLines = 1000;

    public static Command Create() => new("queue", "Look after the mail that is still to be delivered.") { List(), Retry(), Drop() };

    static Command List()
    {
        var limit = new Option<int>("--limit")
        {
            Description = "Maximum number of lines.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLines,
            CustomParser = ValueParsers.PositiveInt,
        };
        var json = Listing.Json();
        var command = new Command("list", "List the recipients that wait, the next to be tried first.") { limit, json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                Listing.Write(
                    (await store.QueueListing.ListAsync(parsed.GetValue(limit), cancellation)).Select(LineOf),
                    ["ID", "FROM", "TO", "ATTEMPTS", "NEXT", "LAST ANSWER"],
                    line =>
                    [
                        line.Id, line.Inbox, line.Recipient, $"{line.Attempts}", line.IsBeingTried ? "now" : Listing.Instant(line.NextAttemptAt),
                        line.LastPeer is null ? line.LastError ?? "" : $"{line.LastPeer}: {line.LastError}",
                    ],
                    asJson: parsed.GetValue(json));
                await ReportHeldAsync(parsed, store, cancellation);
            },
            cancellation));
        return command;
    }

    // Written to standard error, because programs also read the list.
    static async Task ReportHeldAsync(ParseResult parsed, MailStore store, CancellationToken cancellation)
    {
        if (parsed.ReadOptions().Delivery.Mode is DeliveryMode.Hold && await store.QueueListing.CountHeldAsync(cancellation) is > 0 and var held)
        {
            await Console.Error.WriteLineAsync(
                $"{held} recipients on other servers are held. To deliver this mail, set Delivery:Mode (AGENTPOST_DELIVERY__MODE) to direct or relay.");
        }
    }

    static Command Retry()
    {
        var id = new Argument<string?>("ID") { Description = "The recipient's id (que_…), as 'agentpost queue list' shows it.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All that wait." };
        var command = new Command("retry", "Try a recipient now, or all of them.") { id, all };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var (one, every) = (parsed.GetValue(id), parsed.GetValue(all));
                if (one is null != every)
                {
                    throw new CommandException("Name one id, or say --all.");
                }
                var tried = await store.QueueListing.RetryAsync(one is null ? null : Parse(one), cancellation);
                if (tried == 0 && one is not null)
                {
                    throw new CommandException($"No recipient {one} waits: it is being tried, is for later, or is no longer in the queue.");
                }
                Console.WriteLine(tried == 1 ? "1 recipient is tried now." : $"{tried} recipients are tried now.");
            },
            cancellation));
        return command;
    }

    static Command Drop()
    {
        var id = new Argument<string>("ID") { Description = "The recipient's id (que_…), as 'agentpost queue list' shows it." };
        var command = new Command("drop", "Give a recipient up. The sender gets no report; the sent message shows $Failed.") { id };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                if (!await store.QueueListing.DropAsync(Parse(parsed.GetRequiredValue(id)), cancellation))
                {
                    throw new CommandException($"No recipient {parsed.GetRequiredValue(id)} waits: it is being tried, or is no longer in the queue.");
                }
                Console.WriteLine($"Dropped {parsed.GetRequiredValue(id)}.");
            },
            cancellation));
        return command;
    }

    static QueueId Parse(string text) =>
        QueueId.TryParse(text, out var id) ? id : throw new CommandException($"'{text}' is no id of the queue; 'agentpost queue list' shows the ids (que_…).");

    static Line LineOf(QueueLine line) => new(
        line.Id.ToString(), line.Inbox, line.Message.ToString(), line.Recipient, line.CreatedAt, line.Attempts, line.NextAttemptAt, line.IsBeingTried, line.LastPeer,
        line.LastError);

    sealed record Line(
        string Id, string Inbox, string Message, string Recipient, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset NextAttemptAt, bool IsBeingTried,
        string? LastPeer, string? LastError);
}
