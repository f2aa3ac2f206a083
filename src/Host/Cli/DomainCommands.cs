using System.CommandLine;
using AgentPost.Host.Domains;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store;

namespace AgentPost.Host.Cli;

/// <summary><c>agentpost domain add|list|remove|check</c>: domains whose mail is signed, and what the DNS should say of them.</summary>
static class DomainCommands
{
    const string DefaultSelector = "agentpost";

    public static Command Create() => new("domain", "Look after the domains of inboxes: signing keys and DNS records.") { Add(), List(), Remove(), Check() };

    static Command Add()
    {
        var name = Name();
        var selector = new Option<string>("--selector")
        {
            Description = "Name of the key in the DNS; another one lets a new key take the place of an old one.",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultSelector,
        };
        var json = Listing.Json();
        var command = new Command("add", "Make a signing key for a domain, and print the DNS records that it needs. One that is there keeps its key.") { name, selector, json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var (domain, key) = (Parse(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(selector));
                if (key.Contains('@', StringComparison.Ordinal) || !DnsName.TryNormalize(key, out var label))
                {
                    throw new CommandException($"'{key}' cannot be a name in the DNS.");
                }
                await store.Domains.AddAsync(domain, label, DkimSigner.CreateKey(), cancellation);
                Listing.Write(
                    RecordsOf(await FindAsync(store, domain, cancellation), parsed.ReadOptions()).Select(record => new Line(record.Type, record.Name, record.Value, record.IsNeeded)),
                    ["TYPE", "NAME", "VALUE"],
                    line => [line.Type, line.Name, line.Value],
                    asJson: parsed.GetValue(json));
            },
            cancellation));
        return command;
    }

    static Command List()
    {
        var json = Listing.Json();
        var command = new Command("list", "List the domains.") { json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store => Listing.Write(
                (await store.Domains.ListAsync(cancellation)).Select(domain => new Domain(domain.Name, domain.DkimSelector, domain.CreatedAt)),
                ["NAME", "SELECTOR", "SINCE"],
                domain => [domain.Name, domain.Selector, Listing.Instant(domain.CreatedAt)],
                asJson: parsed.GetValue(json)),
            cancellation));
        return command;
    }

    static Command Remove()
    {
        var name = Name();
        var command = new Command("remove", "Remove a domain with its key: its mail is signed no more. Its inboxes stay.") { name };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                if (!await store.Domains.RemoveAsync(Parse(parsed.GetRequiredValue(name)), cancellation))
                {
                    throw Unknown(parsed.GetRequiredValue(name));
                }
            },
            cancellation));
        return command;
    }

    static Command Check()
    {
        var name = Name();
        var json = Listing.Json();
        var command = new Command("check", "Look up the DNS records of a domain, and say which are right.") { name, json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var domain = await FindAsync(store, Parse(parsed.GetRequiredValue(name)), cancellation);
                var judged = new List<(DomainRecord Record, Judgement Judgement)>();
                foreach (var record in RecordsOf(domain, parsed.ReadOptions()))
                {
                    judged.Add((record, await record.JudgeAsync(cancellation)));
                }
                Write(judged, parsed.GetValue(json));
                if (judged.Count(pair => pair.Record.IsNeeded && !IsGood(pair.Judgement.State)) is > 0 and var bad)
                {
                    throw new CommandException(bad == 1 ? "One record that mail needs is not right." : $"{bad} records that mail needs are not right.");
                }
            },
            cancellation));
        return command;
    }

    static Argument<string> Name() => new("NAME") { Description = "A domain, as behind the @ of addresses." };

    static string Parse(string text) => DnsName.TryNormalize(text, out var name) && !name.Contains('@', StringComparison.Ordinal)
        ? name
        : throw new CommandException($"'{text}' is no domain: write it as behind the @ of an address.");

    static async Task<MailDomain> FindAsync(MailStore store, string name, CancellationToken cancellation) =>
        await store.Domains.FindAsync(name, cancellation) ?? throw Unknown(name);

    static CommandException Unknown(string name) => new($"There is no domain {name}; 'agentpost domain list' shows them, 'agentpost domain add' adds one.");

    static IReadOnlyList<DomainRecord> RecordsOf(MailDomain domain, Options options) =>
        DomainRecords.Of(domain, options, new(new DnsClient(options.Dns ?? DnsOptions.OfSystem(), TimeProvider.System), options));

    static void Write(IEnumerable<(DomainRecord Record, Judgement Judgement)> judged, bool asJson) => Listing.Write(
        judged.Select(pair => new Finding(
            WordOf(pair.Judgement.State),
            pair.Record.Type,
            pair.Record.Name,
            pair.Judgement.Seen,
            pair.Judgement.State is RecordState.Right ? "" : pair.Record.Value,
            pair.Record.IsNeeded)),
        ["STATE", "TYPE", "NAME", "FOUND", "SHOULD BE"],
        finding => [finding.State, finding.Type, finding.Name, finding.Found, finding.ShouldBe],
        asJson);

    static string WordOf(RecordState state) => state switch
    {
        RecordState.Right => "ok",
        RecordState.Missing => "missing",
        RecordState.Wrong => "wrong",
        RecordState.Unsure => "unsure",
        _ => "no answer",
    };

    static bool IsGood(RecordState state) => state is RecordState.Right or RecordState.Unsure;

    sealed record Line(string Type, string Name, string Value, bool IsNeeded);

    sealed record Domain(string Name, string Selector, DateTimeOffset CreatedAt);

    sealed record Finding(string State, string Type, string Name, string Found, string ShouldBe, bool IsNeeded);
}
