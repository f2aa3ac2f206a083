namespace AgentPost.Protocol.Connections;

/// <summary>How long a client may take. <see cref="Timeout.InfiniteTimeSpan"/> lifts a limit.</summary>
/// <param name="Login">In all, from accept to a right login; not renewed by anything the client sends.</param>
/// <param name="Idle">Of silence when it is the client's turn.</param>
public sealed record ConnectionLimits(TimeSpan Login, TimeSpan Idle)
{
    /// <summary>Without reading what the server writes; the connection is then cut.</summary>
    public TimeSpan WriteStall { get; init; } = TimeSpan.FromMinutes(5);
}
