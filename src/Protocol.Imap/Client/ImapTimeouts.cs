namespace AgentPost.Protocol.Imap.Client;

/// <summary>How long to wait for the server.</summary>
public sealed record ImapTimeouts
{
    public static ImapTimeouts Standard { get; } = new();

    /// <summary>For the connection, and for the TLS handshake.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the whole answer to a command.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the whole of a message, either way.</summary>
    public TimeSpan Message { get; init; } = TimeSpan.FromMinutes(15);
}
