namespace AgentPost.Protocol.Sasl;

/// <summary>The next step of a SASL exchange.</summary>
public abstract record SaslStep
{
    private protected SaslStep()
    {
    }
}

/// <summary>The server sends a challenge, and the client responds with one line.</summary>
/// <param name="Base64">Text after <c>+ </c> or <c>334 </c>; may be empty.</param>
public sealed record SaslChallenge(string Base64) : SaslStep;

/// <summary>The client has sent credentials. The caller must verify them.</summary>
public sealed record SaslCredentials(string UserName, string Secret) : SaslStep
{
    /// <summary>Omits the secret. The record's generated text would write it to logs.</summary>
    public override string ToString() => $"{nameof(SaslCredentials)} {{ UserName = {UserName} }}";
}

/// <summary>The exchange has failed.</summary>
public sealed record SaslFailure(SaslFault Fault) : SaslStep;

public enum SaslFault
{
    /// <summary>The client sent <c>*</c> (RFC 4954 §4, RFC 9051 §6.2.2).</summary>
    Aborted,

    /// <summary>The response is not base64, or violates the mechanism's syntax.</summary>
    Malformed,

    /// <summary>The client requests an authorization identity other than the one it authenticates as.</summary>
    AuthorizationIdentityRefused,
}
