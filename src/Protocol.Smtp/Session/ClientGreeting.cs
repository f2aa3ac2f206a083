namespace AgentPost.Protocol.Smtp.Session;

/// <summary>How the client introduced itself. Never trusted.</summary>
sealed record ClientGreeting(string Name)
{
    /// <summary>True for EHLO and LHLO, false for HELO.</summary>
    public bool IsExtended { get; init; } = true;
}
