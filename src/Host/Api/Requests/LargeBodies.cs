namespace AgentPost.Host.Api.Requests;

/// <summary>
/// Limits the memory of request bodies with long texts, which are kept in memory and not in the spool. Limits both
/// their total size and how many are processed at once. Small bodies do not count. Thread-safe.
/// </summary>
sealed class LargeBodies : IDisposable
{
    /// <summary>Size in bytes at which a body starts to count.</summary>
    public const int MinSize = 256 * 1024;

    const long MaxTotal = 64 << 20;
    const int MaxProcessed = 2;

    readonly SemaphoreSlim _processed = new(MaxProcessed);
    long _total;

    /// <summary>
    /// Reserves memory, or throws if other large bodies use it all. Release it with <see cref="Release"/>.
    /// </summary>
    public void Reserve(int bytes)
    {
        if (Interlocked.Add(ref _total, bytes) > MaxTotal)
        {
            Release(bytes);
            throw new ApiRefusedException(new(
                StatusCodes.Status503ServiceUnavailable, "busy", "The server is processing too many long texts.", "Retry in 1 second.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            });
        }
    }

    public void Release(int bytes) => Interlocked.Add(ref _total, -bytes);

    /// <summary>
    /// Waits until a received large body can be processed. Disposing the result lets the next one start.
    /// </summary>
    public async Task<IDisposable> ProcessAsync(CancellationToken cancellation)
    {
        await _processed.WaitAsync(cancellation);
        return new Slot(_processed);
    }

    public void Dispose() => _processed.Dispose();

    sealed class Slot(SemaphoreSlim processed) : IDisposable
    {
        public void Dispose() => processed.Release();
    }
}
