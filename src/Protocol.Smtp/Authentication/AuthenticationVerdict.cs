namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Results of RFC 8601 §2.7, spelled as in the Authentication-Results field.</summary>
public enum AuthenticationVerdict
{
    /// <summary>There was nothing to check.</summary>
    None,
    Pass,
    Fail,
    SoftFail,
    Neutral,

    /// <summary>A temporary error, usually of the DNS. A later check may succeed.</summary>
    TempError,

    /// <summary>A permanent error in what the domain published or the signer wrote.</summary>
    PermError,
}
