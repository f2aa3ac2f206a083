using System.Net;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A mechanism of an SPF record with its qualifier (RFC 7208 §4.6.1, §5).</summary>
/// <param name="Verdict">The result if the mechanism matches, set by its qualifier.</param>
/// <param name="DomainSpec">Domain-spec with macros. Null if the mechanism applies to the current domain.</param>
/// <param name="Network">The network of ip4 and ip6. Null for other mechanisms.</param>
sealed record SpfTerm(AuthenticationVerdict Verdict, SpfMechanism Mechanism, string? DomainSpec, int Ipv4Bits, int Ipv6Bits, IPNetwork? Network);

enum SpfMechanism
{
    All,
    Include,
    A,
    Mx,
    ReverseName,
    Ip4,
    Ip6,
    Exists,
}
