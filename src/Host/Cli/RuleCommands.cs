using System.CommandLine;
using AgentPost.Host.Settings;
using AgentPost.Store.Access;
using AgentPost.Store.Sending;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost rule add|list|remove</c>: which recipients inboxes can send to.</summary>
static class RuleCommands
{
    public static Command Create() => new("rule", "Manage sending rules: whom inboxes may write to.") { AddRule(), ListRules(), RemoveRule() };

    static Command AddRule()
    {
        var action = new Argument<RuleAction>("ACTION")
        {
            Description = "allow or block.",
            CustomParser = ValueParsers.OneOf<RuleAction>,
        };
        var pattern = new Argument<string>("PATTERN")
        {
            Description = "name@example.com, example.com, *.example.com (its subdomains) or *; the most specific that fits decides.",
        };
        var inbox = new Option<string?>("--inbox")
        {
            Description = "Inbox that the rule applies to. Default: every inbox.",
            HelpName = "ADDRESS",
        };
        var level = LevelOption.Create(
            "Level of the rule. A recipient must be allowed on every level; no key can change rules on level operator.");
        var command = new Command("add", "Add a rule and print its id.") { action, pattern, inbox, level };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store => Console.WriteLine(await store.SendingRules.AddAsync(
                new(parsed.GetValue(level), parsed.GetRequiredValue(action), parsed.GetRequiredValue(pattern))
                {
                    Inbox = parsed.GetValue(inbox),
                },
                cancellation)),
            cancellation));
        return command;
    }

    static Command ListRules()
    {
        var json = Listing.Json();
        var command = new Command("list", "List all rules.") { json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store => Listing.Write(
                (await store.SendingRules.ListAsync(cancellation)).Select(rule => new RuleLine(
                    rule.Id.ToString(), rule.Level.ToWord(), rule.Action is RuleAction.Allow ? "allow" : "block",
                    rule.Pattern, rule.Inbox?.Value, rule.CreatedAt)),
                ["ID", "LEVEL", "ACTION", "PATTERN", "INBOX", "CREATED"],
                line =>
                [
                    line.Id, line.Level, line.Action, line.Pattern, line.Inbox ?? "all",
                    Listing.Instant(line.CreatedAt),
                ],
                asJson: parsed.GetValue(json)),
            cancellation));
        return command;
    }

    static Command RemoveRule()
    {
        var id = new Argument<string>("ID") { Description = "The rule's id (rul_…), as 'agentpost rule list' shows it." };
        var command = new Command("remove", "Remove a rule of any level.") { id };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                if (!RuleId.TryParse(parsed.GetRequiredValue(id), out var rule))
                {
                    throw new CommandException(
                        $"'{parsed.GetRequiredValue(id)}' is not a rule id; 'agentpost rule list' shows the ids (rul_…).");
                }
                await store.SendingRules.RemoveAsync(rule, cancellation);
                Console.WriteLine($"Removed {rule}.");
            },
            cancellation));
        return command;
    }

    sealed record RuleLine(
        string Id, string Level, string Action, string Pattern, string? Inbox, DateTimeOffset CreatedAt);
}
