using System.Net;

namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>A mechanism of an SPF record with its qualifier (RFC 7208 §4.6.1, §5).</summary>
/// <param name="Verdict">What it means when the mechanism fits: its qualifier.</param>
/// <param name="DomainSpec">With its macros; null: the domain itself.</param>
/// <param name="Network">Of ip4 and ip6.</param>
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
