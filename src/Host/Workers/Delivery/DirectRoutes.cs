using System.Net;
using AgentPost.Protocol;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// The servers that the DNS names for a domain (RFC 5321 §5.1): by preference, equal ones in any order; without MX the domain itself; none for a domain that says so (RFC
/// 7505). TLS as far as it can be had, and no certificate is asked for: few servers have one that could be checked.
/// </summary>
/// <param name="ourNames">Names under which the DNS may know this server: mail that would come back to it goes nowhere.</param>
sealed class DirectRoutes(DnsClient dns, int port, IReadOnlyCollection<string> ourNames) : IRoutes
{
    const int MostPeers = 10;

    public QueueScope? ScopeOf(QueueScope due) => due.Inbox is null ? due : null;

    public async Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation)
    {
        var domain = scope.Destination ?? "";
        if (domain is ['[', .. var literal, ']'])
        {
            return IPAddress.TryParse(literal.Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase), out var address)
                ? Route.To([Peer(literal, address)])
                : Route.Fails(isPermanent: true, "5.1.2", $"{domain} is no address", isAddressWrong: true);
        }
        var answer = await dns.QueryAsync(domain, DnsType.Mx, cancellation);
        return answer.Outcome switch
        {
            DnsOutcome.Found => await FindAsync(domain, Ordered(answer), cancellation),
            DnsOutcome.NoData => await FindAsync(domain, [domain], cancellation),
            DnsOutcome.NoSuchName => Route.Fails(isPermanent: true, "5.1.2", $"The domain {domain} does not exist", isAddressWrong: true),
            _ => NoAnswer(domain),
        };
    }

    async Task<Route> FindAsync(string domain, IReadOnlyList<string> hosts, CancellationToken cancellation)
    {
        if (hosts is [""])
        {
            return Route.Fails(isPermanent: true, "5.1.10", $"The domain {domain} takes no mail (null MX)", isAddressWrong: true);
        }
        // RFC 5321 §5.1: none that are as far as we are, or farther.
        var others = hosts.TakeWhile(host => !ourNames.Contains(host, StringComparer.OrdinalIgnoreCase)).ToList();
        if (others.Count == 0)
        {
            return Route.Fails(isPermanent: true, "5.4.6", $"Mail for {domain} would come back to this server, which has no such inbox");
        }
        var peers = new List<SmtpPeer>();
        var isUnknown = false;
        foreach (var host in others.Where(host => host.Length > 0))
        {
            var addresses = await FindAddressesAsync(host, cancellation);
            isUnknown |= addresses is null;
            peers.AddRange((addresses ?? []).Select(address => Peer(host, address)));
        }
        return peers.Count > 0 ? Route.To([.. peers.Take(MostPeers)])
            : isUnknown ? NoAnswer(domain)
            : Route.Fails(isPermanent: true, "5.4.4", $"No server of the domain {domain} has an address");
    }

    /// <summary>Null: nobody could tell.</summary>
    async Task<IReadOnlyList<IPAddress>?> FindAddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }
        var fourth = dns.QueryAsync(host, DnsType.A, cancellation);
        var sixth = dns.QueryAsync(host, DnsType.Aaaa, cancellation);
        var answers = await Task.WhenAll(fourth, sixth);
        var addresses = answers.SelectMany(answer => answer.Addresses).ToList();
        return addresses.Count > 0 || !answers.Any(answer => answer.IsTemporaryFailure) ? addresses : null;
    }

    SmtpPeer Peer(string host, IPAddress address) =>
        new(host, port) { Address = address, Tls = TlsUse.Opportunistic, Trust = CertificateTrust.Any };

    // Ours must come before others of its preference, so that those are left out too.
    List<string> Ordered(DnsAnswer answer) =>
    [
        .. answer.Exchanges
            .OrderBy(record => record.Preference)
            .ThenByDescending(record => ourNames.Contains(record.Exchange, StringComparer.OrdinalIgnoreCase))
            .ThenBy(_ => Random.Shared.Next())
            .Select(record => record.Exchange),
    ];

    static Route NoAnswer(string domain) => Route.Fails(isPermanent: false, "4.4.3", $"The DNS gave no answer about {domain}");
}
