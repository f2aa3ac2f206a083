using AgentPost.Support.Chaos.Faults;

namespace AgentPost.Support.Chaos;

/// <summary>What a chaos run does.</summary>
/// <param name="Length">Duration of the faults; preparation and audit take about a minute more.</param>
/// <param name="Seed">Seed of the faults and messages. Their timing is chance.</param>
public sealed record ChaosPlan(TimeSpan Length, int Seed)
{
    /// <summary>Names of the faults; the run skips those that the system does not support.</summary>
    public IReadOnlyList<string> Faults { get; init; } = AllFaults;

    /// <summary>Receives a line for each fault and each violation, while the run goes on.</summary>
    public Action<string> Log { get; init; } = _ => { };

    public static IReadOnlyList<string> AllFaults { get; } = [.. FaultTable.Rows.Keys];
}
