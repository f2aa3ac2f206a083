namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// Another instance holds the lease, or the row is gone: what was under way here must not be completed.
/// </summary>
sealed class LeaseLostException : Exception
{
    public LeaseLostException()
        : base("The lease is lost.")
    {
    }
}
