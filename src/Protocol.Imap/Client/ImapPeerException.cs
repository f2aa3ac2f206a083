namespace AgentPost.Protocol.Imap.Client;

/// <summary>A server could not be spoken with, or refused; the message says why and can be shown to people. After any fault but <see cref="ImapFault.Refused"/> the session is of no use.</summary>
public sealed class ImapPeerException(ImapFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ImapFault Fault { get; } = fault;
}

public enum ImapFault
{
    /// <summary>No such name, no connection.</summary>
    Unreachable,

    TimedOut,

    /// <summary>The connection ended when an answer was due.</summary>
    Lost,

    /// <summary>It answered something that is not IMAP, or more than any server has to say.</summary>
    Nonsense,

    /// <summary>The handshake failed, TLS is not offered, or the certificate is not to be trusted.</summary>
    TlsFailed,

    LoginFailed,

    /// <summary>It answered a command with NO or BAD.</summary>
    Refused,
}
