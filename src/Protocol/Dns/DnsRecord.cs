using System.Net;

namespace AgentPost.Protocol.Dns;

/// <summary>A record in an answer.</summary>
/// <param name="Owner">The name of the record, without a final dot, as the server writes it.</param>
public abstract record DnsRecord(string Owner, TimeSpan TimeToLive);

/// <summary>A or AAAA.</summary>
public sealed record AddressRecord(string Owner, TimeSpan TimeToLive, IPAddress Address) : DnsRecord(Owner, TimeToLive);

/// <summary>CNAME.</summary>
public sealed record AliasRecord(string Owner, TimeSpan TimeToLive, string Target) : DnsRecord(Owner, TimeToLive);

/// <summary>PTR.</summary>
public sealed record PointerRecord(string Owner, TimeSpan TimeToLive, string Target) : DnsRecord(Owner, TimeToLive);

/// <summary>MX.</summary>
/// <param name="Exchange">Empty for the root, which means that the domain accepts no mail (RFC 7505).</param>
public sealed record ExchangeRecord(string Owner, TimeSpan TimeToLive, int Preference, string Exchange) : DnsRecord(Owner, TimeToLive);

/// <summary>TXT.</summary>
/// <param name="Text">All strings of the record concatenated, one character per byte (Latin-1).</param>
public sealed record TextRecord(string Owner, TimeSpan TimeToLive, string Text) : DnsRecord(Owner, TimeToLive);

/// <summary>SRV (RFC 2782).</summary>
/// <param name="Target">Empty for the root, which means that the service is not available.</param>
public sealed record ServiceRecord(string Owner, TimeSpan TimeToLive, int Priority, int Weight, int Port, string Target) : DnsRecord(Owner, TimeToLive);
