namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// Tells programs that send without listening from mail servers: RFC 5321 §4.3.1 wants the client to wait for the greeting.
/// </summary>
static class EarlyTalker
{
    /// <summary>Waits; true: something came that should have waited.</summary>
    public static async Task<bool> SpeaksAsync(ClientConnection connection, TimeSpan wait, CancellationToken cancellation)
    {
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(wait);
        try
        {
            var read = await connection.Input.ReadAsync(limit.Token);
            connection.Input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
