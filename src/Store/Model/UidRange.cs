namespace AgentPost.Store.Model;

/// <summary>Inclusive range of UIDs.</summary>
public readonly record struct UidRange(Uid First, Uid Last);
