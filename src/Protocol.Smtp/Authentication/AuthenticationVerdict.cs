namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>Results of RFC 8601 §2.7, spelled as in the field.</summary>
public enum AuthenticationVerdict
{
    /// <summary>There was nothing to check.</summary>
    None,
    Pass,
    Fail,
    SoftFail,
    Neutral,

    /// <summary>A passing fault, of the DNS most likely: later it may be otherwise.</summary>
    TempError,

    /// <summary>A fault of who published or signed.</summary>
    PermError,
}
