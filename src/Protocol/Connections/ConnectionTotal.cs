namespace AgentPost.Protocol.Connections;

/// <summary>Counts the connections of all listeners together. Thread-safe.</summary>
/// <param name="limit">Maximum number of connections; <see cref="long.MaxValue"/> for no limit.</param>
public sealed class ConnectionTotal(long limit)
{
    long _count;

    /// <summary>
    /// Counts a connection. Returns false if the limit is reached. The caller removes the connection when it ends.
    /// </summary>
    public bool TryAdd()
    {
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return true;
        }
        Remove();
        return false;
    }

    public void Remove() => Interlocked.Decrement(ref _count);
}
