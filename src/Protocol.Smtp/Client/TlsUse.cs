namespace AgentPost.Protocol.Smtp.Client;

/// <summary>How a connection to another server is encrypted.</summary>
public enum TlsUse
{
    /// <summary>Never; for a peer on the same machine.</summary>
    None,

    /// <summary>
    /// By STARTTLS if the server offers it and it comes about, else in the clear (RFC 7435). Never logs in in the
    /// clear.
    /// </summary>
    Opportunistic,

    /// <summary>By STARTTLS or not at all.</summary>
    StartTls,

    /// <summary>From the first octet (RFC 8314 §3.3).</summary>
    Implicit,

    /// <summary>Implicit TLS, or STARTTLS if the server does not answer the handshake. Never in the clear.</summary>
    ImplicitOrStartTls,
}
