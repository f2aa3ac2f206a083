using AgentPost.Support.Chaos;

namespace AgentPost.Benchmarks;

/// <summary>
/// Hosts, Postgres and what connects them fail for a time, while clients hand over messages and read them; see
/// <see cref="ChaosRun"/>.
/// </summary>
static class ChaosCommand
{
    const string Usage = "Usage: ./agentpost chaos --minutes N [--seed S] [--faults NAME,NAME]";

    public static async Task<int> RunAsync(string[] words)
    {
        var faults = ChaosPlan.AllFaults;
        if (words is [.. var before, "--faults", var names])
        {
            (words, faults) = (before, names.Split(','));
        }
        if (!FuzzWords.TryRead(words, out var length, out var seed) || faults.Except(ChaosPlan.AllFaults).Any())
        {
            await Console.Error.WriteLineAsync($"{Usage}\nFaults: {string.Join(", ", ChaosPlan.AllFaults)}");
            return 2;
        }
        Console.WriteLine($"seed {seed}");
        var report = await ChaosRun.PlayAsync(new(length, seed) { Faults = faults, Log = Console.WriteLine });
        Console.WriteLine(report);
        return report.Violations.Count == 0 ? 0 : 1;
    }
}
