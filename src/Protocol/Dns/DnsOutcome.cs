namespace AgentPost.Protocol.Dns;

/// <summary>How a question to the DNS ended.</summary>
public enum DnsOutcome
{
    /// <summary>There are records of the type.</summary>
    Found,

    /// <summary>The name exists, but has no record of the type.</summary>
    NoData,

    /// <summary>The name does not exist (NXDOMAIN), or cannot be a name in the DNS.</summary>
    NoSuchName,

    /// <summary>No server could tell: SERVFAIL, a refusal, or an answer that cannot be read. Later it may be otherwise.</summary>
    ServerFailure,

    /// <summary>No server answered in time. Later it may be otherwise.</summary>
    Timeout,
}
