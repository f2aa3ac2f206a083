namespace AgentPost.Protocol.Imap.Session;

/// <summary>
/// Awaits an operation that may take long. Reports INPROGRESS to the client at intervals (RFC 9585 §4).
/// </summary>
static class LongWork
{
    /// <summary>Awaits the operation. Call it only between responses, from the connection's task.</summary>
    public static async ValueTask<T> AwaitAsync<T>(this SessionContext context, Task<T> work, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await work.WaitAsync(context.Options.ProgressInterval, context.Time, CancellationToken.None);
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                await TellAsync(context, work, cancellation);
            }
        }
    }

    /// <summary>
    /// resp-text-code =/ "INPROGRESS" SP "(" quoted SP nil SP nil ")". Only the database knows how much work is left.
    /// </summary>
    static async ValueTask TellAsync(SessionContext context, Task work, CancellationToken cancellation)
    {
        context.Writer.UntaggedOk($"INPROGRESS (\"{context.Tag}\" NIL NIL)", "Still at work");
        try
        {
            await context.Writer.FlushAsync(cancellation);
        }
        catch
        {
            // The connection is lost, but the operation must not continue without an owner.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
