namespace AgentPost.Support.Stress;

/// <summary>A client was told what cannot be.</summary>
public sealed class StressException(string message, Exception? inner = null) : Exception(message, inner);
