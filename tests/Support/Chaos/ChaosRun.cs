using System.Diagnostics;
using System.Globalization;
using AgentPost.Support.Chaos.Faults;

namespace AgentPost.Support.Chaos;

/// <summary>
/// Clients hand over messages by every way in and read folders on two hosts, while faults happen to the hosts, to
/// Postgres and to what connects them. At the end, the ledger of what was acknowledged is compared with what IMAP shows
/// on each host and with the database.
/// </summary>
public static class ChaosRun
{
    static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(3);

    // For what was not acknowledged yet when the faults end.
    static readonly TimeSpan HealLimit = TimeSpan.FromMinutes(2);

    public static async Task<ChaosReport> PlayAsync(ChaosPlan plan)
    {
        var ledger = new Ledger(plan.Seed, plan.Log);
        await using var world = await ChaosWorld.StartAsync(ledger);
        var faults = plan.Faults.Select(name => (Name: name, Fault: FaultTable.Rows[name]))
            .Where(row => row.Fault.IsPossible(world))
            .ToList();
        plan.Log($"Faults: {string.Join(", ", faults.Select(row => row.Name))}");
        using var stop = new CancellationTokenSource();
        using var end = new CancellationTokenSource();
        var writers = ChaosWriter.All(world, plan).Select(writer => writer.RunAsync(stop.Token, end.Token)).ToList();
        var readers = Enumerable.Range(100, 2)
            .Select(number => new ChaosReader(world, plan.Seed + number).RunAsync(stop.Token))
            .ToList();

        var counts = await CauseFaultsAsync(world, faults, plan);

        await stop.CancelAsync();
        end.CancelAfter(HealLimit);
        await Task.WhenAll([.. writers, .. readers]);
        await AuditAsync(world, plan);
        return new(
            ledger.Violations, counts,
            [.. ledger.Entries.Select(entry => entry.Channel).Distinct().Select(ledger.FiguresOf)],
            world.Books.Sum(book => book.Observations));
    }

    // Each fault once in random order, then again: also a short run has them all.
    static async Task<IReadOnlyDictionary<string, int>> CauseFaultsAsync(
        ChaosWorld world, List<(string Name, Fault Fault)> faults, ChaosPlan plan)
    {
        var random = new Random(plan.Seed);
        var counts = faults.ToDictionary(row => row.Name, _ => 0);
        var since = Stopwatch.StartNew();
        while (since.Elapsed < plan.Length)
        {
            var round = faults.ToArray();
            random.Shuffle(round);
            foreach (var (name, fault) in round.TakeWhile(_ => since.Elapsed < plan.Length))
            {
                await Task.Delay(MaxPause * random.NextDouble());
                var began = Stopwatch.StartNew();
                await fault.CauseAsync(world, random);
                counts[name]++;
                foreach (var host in world.Hosts)
                {
                    await host.WatchAsync();
                }
                plan.Log(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{since.Elapsed.TotalSeconds,6:0.0} s: {name} ({began.Elapsed.TotalSeconds:0.0} s)"));
            }
        }
        return counts;
    }

    static async Task AuditAsync(ChaosWorld world, ChaosPlan plan)
    {
        foreach (var book in world.Books)
        {
            foreach (var host in world.Hosts)
            {
                var listing = await RepeatAsync(() => ChaosReader.ReadAsync(world, host, book));
                world.Ledger.Audit(host.Name, book.Place, [.. listing.Values]);
            }
            world.Ledger.Audit("The database", book.Place, await world.ReadDatabaseAsync(book.Place));
        }
        plan.Log($"Audited {world.Ledger.Entries.Count} messages");
    }

    // A connection that a fault has broken may only be noticed when it is used.
    static async Task<T> RepeatAsync<T>(Func<Task<T>> work)
    {
        using var limit = new CancellationTokenSource(HealLimit);
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException && !limit.IsCancellationRequested)
            {
                await Task.Delay(MaxPause);
            }
        }
    }
}
