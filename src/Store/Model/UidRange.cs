namespace AgentPost.Store.Model;

/// <summary>An inclusive range of UIDs.</summary>
public readonly record struct UidRange(Uid First, Uid Last);
