using System.Net;
using AgentPost.Host.Settings;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Authentication;

namespace AgentPost.Host.DomainChecks;

/// <summary>Compares the records in the DNS with the expected ones, with one method per record type.</summary>
sealed class DomainLookup(DnsClient dns, Options options)
{
    string Host => options.Hostname;

    public async Task<Judgement> AddressAsync(CancellationToken cancellation) =>
        await AddressesAsync(Host, cancellation) is not { } addresses ? Judgement.NoAnswer
        : addresses.Count == 0 ? Judgement.Missing
        : new(RecordState.Right, Words(addresses));

    /// <summary>
    /// Checks the PTR records of the server's addresses: many servers accept mail only if they match the host name in
    /// EHLO.
    /// </summary>
    public async Task<Judgement> ReverseAsync(CancellationToken cancellation)
    {
        if (await AddressesAsync(Host, cancellation) is not { Count: > 0 } addresses)
        {
            return new(RecordState.Unsure, $"{Host} has no address");
        }
        foreach (var address in addresses)
        {
            var answer = await dns.QueryAsync(DnsName.Reverse(address), DnsType.ReverseName, cancellation);
            if (!answer.Names.Contains(Host, StringComparer.OrdinalIgnoreCase))
            {
                return answer.IsTemporaryFailure ? Judgement.NoAnswer
                    : !answer.Names.Any() ? new(RecordState.Missing, $"{address} has no name")
                    : new(RecordState.Wrong, $"{address} is {Words(answer.Names)}");
            }
        }
        return new(RecordState.Right, Host);
    }

    public async Task<Judgement> ExchangeAsync(string domain, CancellationToken cancellation)
    {
        var answer = await dns.QueryAsync(domain, DnsType.Mx, cancellation);
        var hosts = answer.Exchanges.OrderBy(record => record.Preference).Select(record => record.Exchange).ToList();
        return answer.IsTemporaryFailure ? Judgement.NoAnswer
            : hosts.Count == 0 ? Judgement.Missing
            : hosts is [""] ? new(RecordState.Wrong, "it says that the domain takes no mail")
            : new(hosts.Contains(Host, StringComparer.OrdinalIgnoreCase) ? RecordState.Right : RecordState.Wrong, Words(hosts));
    }

    /// <summary>Checks that SPF allows the servers that send the mail.</summary>
    public async Task<Judgement> SenderPolicyAsync(string domain, CancellationToken cancellation)
    {
        var answer = await dns.QueryAsync(domain, DnsType.Txt, cancellation);
        var records = answer.Texts.Where(PublishedPolicy.IsSpf).ToList();
        if (records is not [var record])
        {
            return answer.IsTemporaryFailure ? Judgement.NoAnswer
                : records.Count == 0 ? Judgement.Missing
                : new(RecordState.Wrong, $"{records.Count} SPF records: there may be only one");
        }
        var relay = options.Delivery.RelayElsewhere;
        if (await AddressesAsync(relay ?? Host, cancellation) is not { Count: > 0 } addresses)
        {
            return new(RecordState.Unsure, $"{record} ({relay ?? Host} has no address)");
        }
        foreach (var address in addresses)
        {
            var verdict = await PublishedPolicy.EvaluateSpfAsync(dns, domain, address, Host, cancellation);
            if (verdict is not AuthenticationVerdict.Pass)
            {
                return verdict is AuthenticationVerdict.TempError ? Judgement.NoAnswer
                    : verdict is AuthenticationVerdict.PermError ? new(RecordState.Wrong, $"{record} (it cannot be evaluated)")
                    : relay is null ? new(RecordState.Wrong, $"{record} (it does not let {address} send)")
                    : new(RecordState.Unsure, $"{record} (see that it lets the servers of {relay} send)");
            }
        }
        return new(RecordState.Right, record);
    }

    public async Task<Judgement> SigningKeyAsync(string name, DkimSigningKey key, CancellationToken cancellation)
    {
        var answer = await dns.QueryAsync(name, DnsType.Txt, cancellation);
        return answer.IsTemporaryFailure ? Judgement.NoAnswer
            : !answer.Texts.Any() ? Judgement.Missing
            : answer.Texts.Count() > 1 ? new(RecordState.Wrong, "more than one record")
            : answer.Texts.All(key.IsVerifiedBy) ? new(RecordState.Right, "the key")
            : new(RecordState.Wrong, "another key, or none that can be read");
    }

    public async Task<Judgement> AuthorPolicyAsync(string domain, CancellationToken cancellation)
    {
        var answer = await dns.QueryAsync($"_dmarc.{domain}", DnsType.Txt, cancellation);
        var policies = answer.Texts.Where(PublishedPolicy.IsDmarc).ToList();
        return answer.IsTemporaryFailure ? Judgement.NoAnswer
            : policies is [var policy] ? new(RecordState.Right, policy)
            : answer.Texts.Any() ? new(RecordState.Wrong, Words(answer.Texts))
            : Judgement.Missing;
    }

    public async Task<Judgement> ServiceAsync(string name, int port, CancellationToken cancellation)
    {
        var answer = await dns.QueryAsync(name, DnsType.Srv, cancellation);
        return answer.IsTemporaryFailure ? Judgement.NoAnswer
            : !answer.Services.Any() ? Judgement.Missing
            : new(
                answer.Services.All(service => service.Port == port && service.Target.Equals(Host, StringComparison.OrdinalIgnoreCase)) ? RecordState.Right : RecordState.Wrong,
                Words(answer.Services.Select(service => $"{service.Target} port {service.Port}")));
    }

    /// <summary>
    /// Checks that a name resolves to the same addresses as another one, through an alias or its own address records.
    /// </summary>
    public async Task<Judgement> AliasAsync(string name, string target, CancellationToken cancellation)
    {
        var (found, wanted) = (await AddressesAsync(name, cancellation), await AddressesAsync(target, cancellation));
        return found is null || wanted is null ? Judgement.NoAnswer
            : found.Count == 0 ? Judgement.Missing
            : new(found.All(wanted.Contains) ? RecordState.Right : RecordState.Wrong, Words(found));
    }

    /// <summary>Finds the addresses of a host. Returns null if the DNS gives no answer.</summary>
    async Task<IReadOnlyList<IPAddress>?> AddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }
        var fourth = await dns.QueryAsync(host, DnsType.A, cancellation);
        var sixth = await dns.QueryAsync(host, DnsType.Aaaa, cancellation);
        return fourth.IsTemporaryFailure || sixth.IsTemporaryFailure ? null : [.. fourth.Addresses, .. sixth.Addresses];
    }

    static string Words<T>(IEnumerable<T> things) => string.Join(", ", things);
}
