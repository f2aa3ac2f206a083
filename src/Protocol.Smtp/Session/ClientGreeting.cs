namespace AgentPost.Protocol.Smtp.Session;

/// <summary>The name that the client gave in EHLO, HELO or LHLO. Never trusted.</summary>
sealed record ClientGreeting(string Name)
{
    /// <summary>True for EHLO and LHLO, false for HELO.</summary>
    public bool IsExtended { get; init; } = true;
}
