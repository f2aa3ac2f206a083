namespace AgentPost.Host.DomainChecks;

/// <summary>A record that the DNS should have for a mail domain.</summary>
/// <param name="Value">Value as in a zone file.</param>
/// <param name="IsNeeded">True if mail depends on the record. False if it only helps mail clients to configure
/// themselves.</param>
/// <param name="JudgeAsync">Compares the record with the DNS.</param>
sealed record DomainRecord(string Type, string Name, string Value, bool IsNeeded, Func<CancellationToken, Task<Judgement>> JudgeAsync);

/// <param name="Seen">Short description of what the DNS has.</param>
readonly record struct Judgement(RecordState State, string Seen)
{
    public static Judgement NoAnswer { get; } = new(RecordState.NoAnswer, "the DNS gives no answer");

    public static Judgement Missing { get; } = new(RecordState.Missing, "nothing");
}

enum RecordState
{
    Right,
    Missing,
    Wrong,

    /// <summary>This server cannot verify whether the record is correct.</summary>
    Unsure,

    /// <summary>The DNS gave no answer.</summary>
    NoAnswer,
}
