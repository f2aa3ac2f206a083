namespace AgentPost.Protocol.Connections;

/// <summary>Why a session must end. It determines the final reply.</summary>
public enum EndReason
{
    /// <summary>
    /// The client sent nothing for longer than <see cref="ClientConnection.IdleLimit"/> while the server waited.
    /// </summary>
    Idle,

    /// <summary>The client did not log in within the login timeout.</summary>
    LoginTimeout,

    /// <summary>The server is stopping.</summary>
    Shutdown,

    /// <summary>The key was revoked or has expired, the inbox was deleted, or the operator ended the session.</summary>
    LoginEnded,
}
