namespace AgentPost.Protocol.Dns;

/// <summary>How a DNS query ended.</summary>
public enum DnsOutcome
{
    /// <summary>The name has records of the type.</summary>
    Found,

    /// <summary>The name exists, but has no record of the type.</summary>
    NoData,

    /// <summary>The name does not exist (NXDOMAIN), or cannot be a name in the DNS.</summary>
    NoSuchName,

    /// <summary>No server could answer: SERVFAIL, REFUSED, or an invalid answer. A later query may succeed.</summary>
    ServerFailure,

    /// <summary>No server answered in time. A later query may succeed.</summary>
    Timeout,
}
