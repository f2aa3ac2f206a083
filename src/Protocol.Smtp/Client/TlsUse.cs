namespace AgentPost.Protocol.Smtp.Client;

/// <summary>How a connection to a remote server is encrypted.</summary>
public enum TlsUse
{
    /// <summary>Never; for a server on the same machine.</summary>
    None,

    /// <summary>
    /// STARTTLS if the server offers it and the handshake succeeds, otherwise in the clear (RFC 7435). Never logs in in
    /// the clear.
    /// </summary>
    Opportunistic,

    /// <summary>STARTTLS is required.</summary>
    StartTls,

    /// <summary>Implicit TLS (RFC 8314 §3.3).</summary>
    Implicit,

    /// <summary>Implicit TLS, or STARTTLS if the server does not answer the handshake. Never in the clear.</summary>
    ImplicitOrStartTls,
}
