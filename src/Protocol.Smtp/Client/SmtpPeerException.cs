namespace AgentPost.Protocol.Smtp.Client;

/// <summary>No session with a server came about, or it broke off; nothing is known to have been accepted.</summary>
public sealed class SmtpPeerException(SmtpFault fault, string message, PeerReply? reply = null, Exception? inner = null) : Exception(message, inner)
{
    public SmtpFault Fault { get; } = fault;

    /// <summary>What the server said, if that is the reason.</summary>
    public PeerReply? Reply { get; } = reply;

    /// <summary>
    /// True if a TLS handshake ended before the server showed a certificate: it may not speak TLS at this point.
    /// </summary>
    internal bool IsTlsUnanswered { get; init; }
}

/// <summary>Why a server could not be spoken with.</summary>
public enum SmtpFault
{
    /// <summary>No such name, no connection.</summary>
    Unreachable,

    TimedOut,

    /// <summary>The connection ended when an answer was due.</summary>
    Lost,

    /// <summary>It answered something that is not SMTP, or without end.</summary>
    Nonsense,

    /// <summary>It refused to speak with us, in its greeting or in answer to EHLO.</summary>
    Refused,

    /// <summary>TLS was asked for and is not offered.</summary>
    TlsMissing,

    /// <summary>The handshake failed, or the certificate is not to be trusted.</summary>
    TlsFailed,

    LoginFailed,
}
