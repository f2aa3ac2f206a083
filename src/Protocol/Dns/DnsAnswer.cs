using System.Net;

namespace AgentPost.Protocol.Dns;

/// <summary>What the DNS says to one question.</summary>
/// <param name="Records">Those of the type that was asked for, in the server's order, at the end of aliases; none unless <see cref="DnsOutcome.Found"/>.</param>
public sealed record DnsAnswer(DnsOutcome Outcome, IReadOnlyList<DnsRecord> Records)
{
    /// <summary>Nobody could tell: ask again later, conclude nothing.</summary>
    public bool IsTemporaryFailure => Outcome is DnsOutcome.ServerFailure or DnsOutcome.Timeout;

    public IEnumerable<IPAddress> Addresses => Records.OfType<AddressRecord>().Select(record => record.Address);

    /// <summary>Not sorted by preference.</summary>
    public IEnumerable<ExchangeRecord> Exchanges => Records.OfType<ExchangeRecord>();

    public IEnumerable<ServiceRecord> Services => Records.OfType<ServiceRecord>();

    public IEnumerable<string> Texts => Records.OfType<TextRecord>().Select(record => record.Text);

    /// <summary>Names that an address has (PTR).</summary>
    public IEnumerable<string> Names => Records.OfType<PointerRecord>().Select(record => record.Target);

    internal static DnsAnswer Without(DnsOutcome outcome) => new(outcome, []);
}
