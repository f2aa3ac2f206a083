using System.CommandLine;
using AgentPost.Host.DomainChecks;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Authentication;
using AgentPost.Store;
using AgentPost.Store.Access;

namespace AgentPost.Host.Cli;

/// <summary>
/// <c>agentpost domain add|list|remove|check</c>: domains whose mail is signed, and the DNS records that they need.
/// </summary>
static class DomainCommands
{
    const string DefaultSelector = "agentpost";

    static readonly string[] NewKeyTypes = [DkimSigningKey.Rsa, DkimSigningKey.Ed25519];

    public static Command Create() =>
        new("domain", "Manage the domains of this server: which inboxes it can have, signing keys and DNS records.")
        {
            Add(), List(), Remove(), Check(),
        };

    static Command Add()
    {
        var name = Name();
        var selector = new Option<string>("--selector")
        {
            Description = "Name of the RSA key in the DNS; the Ed25519 key is NAME-ed25519.",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultSelector,
        };
        var json = Listing.Json();
        var command = new Command(
            "add",
            "Add a domain to those of this server, with signing keys (RSA and Ed25519), and print its DNS records. "
            + "An existing domain keeps its keys and gets the ones that it lacks.") { name, selector, json };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                var (domain, key) = (Parse(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(selector));
                if (key.Contains('@', StringComparison.Ordinal)
                    || !DnsName.TryNormalize(key, out var label)
                    || !DnsName.TryNormalize(Ed25519Selector(label), out _))
                {
                    throw new CommandException($"'{key}' cannot be a name in the DNS.");
                }
                await store.Domains.AddAsync(domain, NewKeys(label), cancellation);
                var added = await FindAsync(store, domain, cancellation);
                if (added.Keys.Count < NewKeyTypes.Length)
                {
                    throw new CommandException($"{domain} already has another key of this name. Choose one with --selector.");
                }
                Listing.Write(
                    RecordsOf(added, parsed.ReadOptions())
                        .Select(record => new Line(record.Type, record.Name, record.Value, record.IsNeeded)),
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
                (await store.Domains.ListAsync(cancellation)).Select(Domain.Of),
                ["NAME", "SELECTORS", "SINCE"],
                domain => [domain.Name, string.Join(',', domain.Selectors), Listing.Instant(domain.CreatedAt)],
                asJson: parsed.GetValue(json)),
            cancellation));
        return command;
    }

    static Command Remove()
    {
        var name = Name();
        var command = new Command(
            "remove",
            "Remove a domain and its keys. Its inboxes stay, but no new ones can be created, its mail is no longer signed, "
            + "and other addresses in it are remote.") { name };
        command.SetAction((parsed, cancellation) => parsed.WithStoreAsync(
            async store =>
            {
                if (!await store.Domains.RemoveAsync(Parse(parsed.GetRequiredValue(name)), cancellation))
                {
                    throw Unknown(parsed.GetRequiredValue(name));
                }
                Console.WriteLine($"Removed the domain {parsed.GetRequiredValue(name)} and its keys.");
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

    static IReadOnlyList<DomainKey> NewKeys(string selector) =>
    [
        .. NewKeyTypes.Select(type => new DomainKey(
            type == DkimSigningKey.Rsa ? selector : Ed25519Selector(selector), type, DkimSigningKey.Create(type))),
    ];

    static string Ed25519Selector(string selector) => $"{selector}-ed25519";

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

    sealed record Domain(string Name, string Selector, IReadOnlyList<string> Selectors, DateTimeOffset CreatedAt)
    {
        public static Domain Of(MailDomain domain)
        {
            string[] selectors = [.. domain.Keys.Select(key => key.Selector)];
            return new(domain.Name, selectors.FirstOrDefault(""), selectors, domain.CreatedAt);
        }
    }

    sealed record Finding(string State, string Type, string Name, string Found, string ShouldBe, bool IsNeeded);
}
