namespace AgentPost.Protocol.Sasl;

/// <summary>What comes next in a SASL exchange.</summary>
public abstract record SaslStep
{
    private protected SaslStep()
    {
    }
}

/// <summary>The server asks; the client answers with one line.</summary>
/// <param name="Base64">Goes behind <c>+ </c> or <c>334 </c>; may be empty.</param>
public sealed record SaslChallenge(string Base64) : SaslStep;

/// <summary>The client has named itself; whether it is right is for the caller to find out.</summary>
public sealed record SaslCredentials(string UserName, string Secret) : SaslStep
{
    /// <summary>Without the secret: a record's own text would put it into logs.</summary>
    public override string ToString() => $"{nameof(SaslCredentials)} {{ UserName = {UserName} }}";
}

/// <summary>The exchange is over and came to nothing.</summary>
public sealed record SaslFailure(SaslFault Fault) : SaslStep;

public enum SaslFault
{
    /// <summary>The client sent <c>*</c> (RFC 4954 §4, RFC 9051 §6.2.2).</summary>
    Aborted,

    /// <summary>Not base64, or not what the mechanism says.</summary>
    Malformed,

    /// <summary>The client wants to act for another than it authenticates as.</summary>
    AuthorizationIdentityRefused,
}
