namespace AgentPost.Protocol.Connections;

/// <summary>Timeouts for clients. <see cref="Timeout.InfiniteTimeSpan"/> disables a timeout.</summary>
/// <param name="Login">Total time from accept to a successful login. Input from the client does not extend it.</param>
/// <param name="Idle">Idle time while the server waits for the client.</param>
public sealed record ConnectionLimits(TimeSpan Login, TimeSpan Idle)
{
    /// <summary>
    /// Time in which the client reads nothing that the server writes. Then the connection is aborted. Default: 5
    /// minutes.
    /// </summary>
    public TimeSpan WriteStall { get; init; } = TimeSpan.FromMinutes(5);
}
