namespace AgentPost.Host.DomainChecks;

/// <summary>A record that the DNS should have for a mail domain.</summary>
/// <param name="Value">As in a zone file.</param>
/// <param name="IsNeeded">Mail suffers without it; else it is there for mail clients that set themselves up.</param>
/// <param name="JudgeAsync">Looks at what the DNS has.</param>
sealed record DomainRecord(string Type, string Name, string Value, bool IsNeeded, Func<CancellationToken, Task<Judgement>> JudgeAsync);

/// <param name="Seen">What the DNS has, in a few words.</param>
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

    /// <summary>Only somebody else can tell whether it is right.</summary>
    Unsure,

    /// <summary>No DNS server could tell what there is.</summary>
    NoAnswer,
}
