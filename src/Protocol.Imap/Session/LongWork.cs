namespace AgentPost.Protocol.Imap.Session;

/// <summary>Awaits what may take long, and meanwhile tells the client every so often that its command goes on (RFC 9585 §4).</summary>
static class LongWork
{
    /// <summary>To be awaited between responses, by the task of the connection.</summary>
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

    /// <summary>resp-text-code =/ "INPROGRESS" SP "(" quoted SP nil SP nil ")": how much is left only the database knows</summary>
    static async ValueTask TellAsync(SessionContext context, Task work, CancellationToken cancellation)
    {
        context.Writer.UntaggedOk($"INPROGRESS (\"{context.Tag}\" NIL NIL)", "Still at work");
        try
        {
            await context.Writer.FlushAsync(cancellation);
        }
        catch
        {
            // Nobody waits for it any more, but it must not go on without an owner.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
