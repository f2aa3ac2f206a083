namespace AgentPost.Store.Tests;

/// <summary>A clock that a test sets.</summary>
sealed class SettableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => Now;
}
