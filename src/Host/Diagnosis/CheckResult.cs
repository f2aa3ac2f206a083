namespace AgentPost.Host.Diagnosis;

/// <summary>What one check found.</summary>
/// <param name="Detail">What was seen, as a sentence without its full stop.</param>
/// <param name="Mend">What to do; null when there is nothing to do.</param>
sealed record CheckResult(string Check, CheckState State, string Detail, string? Mend);

enum CheckState
{
    Ok,
    Failed,

    /// <summary>It works, but the operator should change something.</summary>
    Warning,

    /// <summary>It could not be tried, or does not apply.</summary>
    Skipped,
}

/// <summary>A check failed; the message says what was seen.</summary>
/// <param name="mend">What to do, where that is not what the check's row says.</param>
sealed class CheckFailedException(string message, string? mend = null) : Exception(message)
{
    public string? Mend { get; } = mend;
}

/// <summary>A check found something that the operator should change; the message says what.</summary>
sealed class CheckWarningException(string message) : Exception(message);

/// <summary>A check does not apply here; the message says why.</summary>
sealed class CheckSkippedException(string message) : Exception(message);
