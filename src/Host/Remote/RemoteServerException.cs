namespace AgentPost.Host.Remote;

/// <summary>A remote server could not be used. The message gives the reason and can be shown to people.</summary>
sealed class RemoteServerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// True if a TLS handshake ended before the server sent a certificate. The server may not support TLS at this
    /// point.
    /// </summary>
    public bool IsTlsUnanswered { get; init; }
}
