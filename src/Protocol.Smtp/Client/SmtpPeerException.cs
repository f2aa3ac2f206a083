namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// The session with a remote server could not be opened or was lost. No message is known to have been accepted.
/// </summary>
public sealed class SmtpPeerException(SmtpFault fault, string message, PeerReply? reply = null, Exception? inner = null) : Exception(message, inner)
{
    public SmtpFault Fault { get; } = fault;

    /// <summary>The server's reply, if that is the reason.</summary>
    public PeerReply? Reply { get; } = reply;

    /// <summary>
    /// True if a TLS handshake ended before the server sent a certificate: it may not support TLS at this point.
    /// </summary>
    internal bool IsTlsUnanswered { get; init; }
}

/// <summary>Why a session with a remote server failed.</summary>
public enum SmtpFault
{
    /// <summary>The name could not be resolved, or the connection failed.</summary>
    Unreachable,

    TimedOut,

    /// <summary>The connection was lost.</summary>
    Lost,

    /// <summary>The server sent an invalid or overlong reply, or data before TLS started.</summary>
    Nonsense,

    /// <summary>The server rejected this server in its greeting or in its reply to EHLO.</summary>
    Refused,

    /// <summary>TLS is required, but the server does not start it.</summary>
    TlsMissing,

    /// <summary>The handshake failed, or the certificate is not trusted.</summary>
    TlsFailed,

    LoginFailed,
}
