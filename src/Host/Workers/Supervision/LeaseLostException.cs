namespace AgentPost.Host.Workers.Supervision;

/// <summary>
/// Another instance holds the lease, or the row no longer exists. The current work must not be completed.
/// </summary>
sealed class LeaseLostException : Exception
{
    public LeaseLostException()
        : base("The lease is lost.")
    {
    }
}
