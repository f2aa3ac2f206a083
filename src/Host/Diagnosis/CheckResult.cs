namespace AgentPost.Host.Diagnosis;

/// <summary>The result of one check.</summary>
/// <param name="Detail">The finding, as a sentence without the period.</param>
/// <param name="Mend">What to do. Null if nothing needs to be done.</param>
sealed record CheckResult(string Check, CheckState State, string Detail, string? Mend);

enum CheckState
{
    Ok,
    Failed,

    /// <summary>The check succeeded, but the operator should change something.</summary>
    Warning,

    /// <summary>The check could not run, or does not apply.</summary>
    Skipped,
}

/// <summary>A check failed. The message is the finding.</summary>
/// <param name="mend">What to do, if this differs from the row of the check.</param>
sealed class CheckFailedException(string message, string? mend = null) : Exception(message)
{
    public string? Mend { get; } = mend;
}

/// <summary>A check found something that the operator should change. The message describes it.</summary>
sealed class CheckWarningException(string message) : Exception(message);

/// <summary>A check does not apply. The message gives the reason.</summary>
sealed class CheckSkippedException(string message) : Exception(message);
