using System.Net.Sockets;
using AgentPost.Protocol.Dns;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>
/// check_host() for one message (RFC 7208 §4). The lookup limits apply to all records together. Used once.
/// </summary>
sealed class SpfEvaluation(DnsClient dns, SpfQuery query, CancellationToken cancellation)
{
    // RFC 7208 §4.6.4
    const int MostLookups = 10;
    const int MostVoidLookups = 2;
    const int MostNames = 10;

    int _lookups;
    int _voidLookups;

    DnsType AddressType => query.Address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa;

    public async Task<SpfResult> RunAsync()
    {
        try
        {
            return new(await CheckHostAsync(query.Domain), query.Domain);
        }
        catch (Interruption interrupted)
        {
            return new(interrupted.Verdict, query.Domain);
        }
    }

    async Task<AuthenticationVerdict> CheckHostAsync(string domain)
    {
        // A name with fewer than two labels has no SPF record (§4.3).
        if (!DnsName.TryNormalize(domain, out var name) || !name.Contains('.'))
        {
            return AuthenticationVerdict.None;
        }
        var texts = (await AskAsync(name, DnsType.Txt)).Texts.Where(SpfRecord.IsOne).ToList();
        if (texts.Count == 0)
        {
            return AuthenticationVerdict.None;
        }
        var record = (texts.Count == 1 ? SpfRecord.Parse(texts[0]) : null) ?? throw new Interruption(AuthenticationVerdict.PermError);
        foreach (var term in record.Terms)
        {
            if (await FitsAsync(term, name))
            {
                return term.Verdict;
            }
        }
        return record.Redirect is null ? AuthenticationVerdict.Neutral : await RedirectAsync(record.Redirect, name);
    }

    async Task<AuthenticationVerdict> RedirectAsync(string spec, string domain)
    {
        CountLookup();
        var verdict = await CheckHostAsync(await ExpandAsync(spec, domain));
        return verdict == AuthenticationVerdict.None ? AuthenticationVerdict.PermError : verdict;
    }

    async Task<bool> FitsAsync(SpfTerm term, string domain)
    {
        if (term.Mechanism is SpfMechanism.All)
        {
            return true;
        }
        if (term.Network is { } network)
        {
            return network.Contains(query.Address);
        }
        CountLookup();
        var target = term.DomainSpec is null ? domain : await ExpandAsync(term.DomainSpec, domain);
        return term.Mechanism switch
        {
            SpfMechanism.Include => await IncludesAsync(target),
            SpfMechanism.A => IsAmong(await AskForTermAsync(target, AddressType), term),
            SpfMechanism.Mx => await IsExchangeAsync(target, term),
            SpfMechanism.ReverseName => (await ValidatedNamesAsync()).Any(name => IsWithin(name, target)),
            _ => (await AskForTermAsync(target, DnsType.A)).Records.Count > 0,
        };
    }

    // §5.2
    async Task<bool> IncludesAsync(string domain) => await CheckHostAsync(domain) switch
    {
        AuthenticationVerdict.Pass => true,
        AuthenticationVerdict.None => throw new Interruption(AuthenticationVerdict.PermError),
        AuthenticationVerdict.PermError => throw new Interruption(AuthenticationVerdict.PermError),
        _ => false,
    };

    bool IsAmong(DnsAnswer answer, SpfTerm term) =>
        answer.Addresses.Any(SpfAddresses.Network(query.Address, AddressType == DnsType.A ? term.Ipv4Bits : term.Ipv6Bits).Contains);

    async Task<bool> IsExchangeAsync(string domain, SpfTerm term)
    {
        var exchanges = (await AskForTermAsync(domain, DnsType.Mx)).Exchanges.ToList();
        if (exchanges.Count > MostNames)
        {
            throw new Interruption(AuthenticationVerdict.PermError);
        }
        foreach (var exchange in exchanges)
        {
            // A host with addresses of the other family only is not a void lookup.
            if (IsAmong(await AskAsync(exchange.Exchange, AddressType), term))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Returns the names of the client's address that resolve to it (§5.5). DNS errors count as no names.
    /// </summary>
    async Task<List<string>> ValidatedNamesAsync()
    {
        var answer = await dns.QueryAsync(DnsName.Reverse(query.Address), DnsType.ReverseName, cancellation);
        CountVoid(answer);
        var names = new List<string>();
        foreach (var name in answer.Names.Take(MostNames))
        {
            if ((await dns.QueryAsync(name, AddressType, cancellation)).Addresses.Contains(query.Address))
            {
                names.Add(name);
            }
        }
        return names;
    }

    Task<string> ExpandAsync(string spec, string domain) => SpfMacros.ExpandAsync(spec, letter => ValueOfAsync(letter, domain));

    // §7.2
    async Task<string> ValueOfAsync(char letter, string domain) => letter switch
    {
        's' => $"{query.LocalPart}@{query.Domain}",
        'l' => query.LocalPart,
        'o' => query.Domain,
        'd' => domain,
        'i' => SpfAddresses.Spell(query.Address),
        'v' => AddressType == DnsType.A ? "in-addr" : "ip6",
        'h' => query.Helo,
        'p' => NameFor(domain, await ValidatedNamesAsync()),
        _ => "",
    };

    // §7.3: prefer the domain itself, then a subdomain of it, then any name.
    static string NameFor(string domain, List<string> names) =>
        names.Find(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase)) ?? names.Find(name => IsWithin(name, domain)) ?? names.FirstOrDefault() ?? "unknown";

    static bool IsWithin(string name, string domain) =>
        name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);

    async Task<DnsAnswer> AskForTermAsync(string name, DnsType type)
    {
        var answer = await AskAsync(name, type);
        CountVoid(answer);
        return answer;
    }

    async Task<DnsAnswer> AskAsync(string name, DnsType type)
    {
        var answer = await dns.QueryAsync(name, type, cancellation);
        return answer.IsTemporaryFailure ? throw new Interruption(AuthenticationVerdict.TempError) : answer;
    }

    void CountLookup()
    {
        if (++_lookups > MostLookups)
        {
            throw new Interruption(AuthenticationVerdict.PermError);
        }
    }

    void CountVoid(DnsAnswer answer)
    {
        if (answer.Outcome is DnsOutcome.NoData or DnsOutcome.NoSuchName && ++_voidLookups > MostVoidLookups)
        {
            throw new Interruption(AuthenticationVerdict.PermError);
        }
    }

    /// <summary>Ends the evaluation at any depth, with a verdict.</summary>
    sealed class Interruption(AuthenticationVerdict verdict) : Exception
    {
        public AuthenticationVerdict Verdict { get; } = verdict;
    }
}
