namespace AgentPost.Protocol.Connections;

/// <summary>Why a session is asked to end; the session words its goodbye after it.</summary>
public enum EndReason
{
    /// <summary>The client was silent for longer than <see cref="ClientConnection.IdleLimit"/> when it was its turn.</summary>
    Idle,

    /// <summary>The client did not log in within the time allowed for that.</summary>
    LoginTimeout,

    /// <summary>The server stops.</summary>
    Shutdown,

    /// <summary>The key was revoked or has expired, the inbox is gone, or an operator ended the session.</summary>
    LoginEnded,
}
