using System.Net;
using AgentPost.Host.Remote;
using AgentPost.Protocol.Dns;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Protocol.Tls;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// Finds the mail servers of a domain in the DNS (RFC 5321 §5.1): by preference, and in random order if preferences are
/// equal. Without MX records, the domain itself; with a null MX (RFC 7505), none. TLS is opportunistic, and
/// certificates are not checked: few servers have one that could be verified. Recipients and third-party DNS choose
/// these servers, so private addresses are skipped unless a setting allows them.
/// </summary>
/// <param name="ourNames">Names that the DNS may have for this server. Mail that would return to this server
/// fails.</param>
sealed class DirectRoutes(DnsClient dns, int port, IReadOnlyCollection<string> ourNames, PrivateAddresses privateAddresses) : IRoutes
{
    const int MostPeers = 10;

    public QueueScope? ScopeOf(QueueScope due) => due.Inbox is null ? due : null;

    public async Task<Route> FindAsync(QueueScope scope, CancellationToken cancellation)
    {
        var domain = scope.Destination ?? "";
        if (domain is ['[', .. var literal, ']'])
        {
            return ToLiteral(domain, literal);
        }
        var answer = await dns.QueryAsync(domain, DnsType.Mx, cancellation);
        return answer.Outcome switch
        {
            DnsOutcome.Found => await FindAsync(domain, Ordered(answer), cancellation),
            DnsOutcome.NoData => await FindAsync(domain, [domain], cancellation),
            DnsOutcome.NoSuchName => NoServer(domain),
            _ => NoAnswer(domain),
        };
    }

    async Task<Route> FindAsync(string domain, IReadOnlyList<string> hosts, CancellationToken cancellation)
    {
        if (hosts is [""])
        {
            return Route.Fails(isPermanent: true, "5.1.10", $"The domain {domain} takes no mail (null MX)", isAddressWrong: true);
        }
        // RFC 5321 §5.1: skip servers with the same or a lower priority than this server.
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
            : NoServer(domain);
    }

    Route ToLiteral(string domain, string literal)
    {
        if (!IPAddress.TryParse(literal.Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase), out var address))
        {
            return Route.Fails(isPermanent: true, "5.1.2", $"{domain} is not an IP address", isAddressWrong: true);
        }
        return PublicAddressResolver.Allowed([address], privateAddresses).Any()
            ? Route.To([Peer(literal, address)])
            : Route.Fails(
                isPermanent: true, "5.1.2", $"{domain} is not a public address ({privateAddresses.Setting})",
                isAddressWrong: true);
    }

    /// <summary>
    /// Finds the addresses of a host that this server may connect to. Returns null if the DNS gives no answer.
    /// </summary>
    async Task<IReadOnlyList<IPAddress>?> FindAddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [.. PublicAddressResolver.Allowed([literal], privateAddresses)];
        }
        var fourth = dns.QueryAsync(host, DnsType.A, cancellation);
        var sixth = dns.QueryAsync(host, DnsType.Aaaa, cancellation);
        var answers = await Task.WhenAll(fourth, sixth);
        var addresses = answers.SelectMany(answer => answer.Addresses).ToList();
        return addresses.Count > 0 || !answers.Any(answer => answer.IsTemporaryFailure)
            ? [.. PublicAddressResolver.Allowed(addresses, privateAddresses)]
            : null;
    }

    SmtpPeer Peer(string host, IPAddress address) =>
        new(host, port) { Address = address, Tls = TlsUse.Opportunistic, Trust = CertificateTrust.Any };

    // This server sorts first among equal preferences, so that the others of that preference are skipped too.
    List<string> Ordered(DnsAnswer answer) =>
    [
        .. answer.Exchanges
            .OrderBy(record => record.Preference)
            .ThenByDescending(record => ourNames.Contains(record.Exchange, StringComparer.OrdinalIgnoreCase))
            .ThenBy(_ => Random.Shared.Next())
            .Select(record => record.Exchange),
    ];

    // Use the same error for a name that does not exist and for one that resolves to private addresses: a sender must
    // not learn which names exist in the internal network.
    static Route NoServer(string domain) => Route.Fails(
        isPermanent: true, "5.1.2", $"The domain {domain} does not exist, or none of its servers has a public address",
        isAddressWrong: true);

    static Route NoAnswer(string domain) => Route.Fails(isPermanent: false, "4.4.3", $"The DNS gave no answer about {domain}");
}
