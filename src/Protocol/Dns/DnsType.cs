namespace AgentPost.Protocol.Dns;

/// <summary>
/// Record types that can be queried (RFC 1035 §3.2.2, RFC 3596, RFC 2782), with their numbers on the wire.
/// </summary>
public enum DnsType
{
    A = 1,
    Cname = 5,

    /// <summary>PTR.</summary>
    ReverseName = 12,

    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
}
