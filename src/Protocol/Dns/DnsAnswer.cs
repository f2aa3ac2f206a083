using System.Net;

namespace AgentPost.Protocol.Dns;

/// <summary>The answer of the DNS to one query.</summary>
/// <param name="Records">
/// The records of the requested type, after following aliases, in the server's order. Empty unless
/// <see cref="DnsOutcome.Found"/>.
/// </param>
public sealed record DnsAnswer(DnsOutcome Outcome, IReadOnlyList<DnsRecord> Records)
{
    /// <summary>True if no server could answer. Retry later, and draw no conclusion.</summary>
    public bool IsTemporaryFailure => Outcome is DnsOutcome.ServerFailure or DnsOutcome.Timeout;

    public IEnumerable<IPAddress> Addresses => Records.OfType<AddressRecord>().Select(record => record.Address);

    /// <summary>Not sorted by preference.</summary>
    public IEnumerable<ExchangeRecord> Exchanges => Records.OfType<ExchangeRecord>();

    public IEnumerable<ServiceRecord> Services => Records.OfType<ServiceRecord>();

    public IEnumerable<string> Texts => Records.OfType<TextRecord>().Select(record => record.Text);

    /// <summary>Host names of an address (PTR).</summary>
    public IEnumerable<string> Names => Records.OfType<PointerRecord>().Select(record => record.Target);

    internal static DnsAnswer Without(DnsOutcome outcome) => new(outcome, []);
}
