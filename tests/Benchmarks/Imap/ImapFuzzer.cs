using AgentPost.Support;
using AgentPost.Support.Stress;

namespace AgentPost.Benchmarks.Imap;

/// <summary>Ten connections change one folder for a time, and each checks what it is told; see <see cref="StressRun"/>.</summary>
static class ImapFuzzer
{
    public static async Task<int> RunAsync(string[] words)
    {
        if (!FuzzWords.TryRead(words, out var length, out var seed))
        {
            await Console.Error.WriteLineAsync(FuzzWords.Usage);
            return 2;
        }
        Console.WriteLine($"seed {seed}");
        await using var postgres = await TestPostgres.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        try
        {
            Console.WriteLine($"{await StressRun.PlayAsync(database, length, seed)} commands, no failure");
            return 0;
        }
        catch (StressException failure)
        {
            Console.WriteLine(failure.Message);
            return 1;
        }
    }
}
