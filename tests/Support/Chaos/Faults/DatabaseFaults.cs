using System.Diagnostics;

namespace AgentPost.Support.Chaos.Faults;

/// <summary>All connections of one host to the database break, and no new ones come about for a while.</summary>
sealed class CutDatabase : Fault
{
    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        var host = AnyHost(world, random);
        foreach (var gate in host.Gates)
        {
            gate.Cut();
        }
        await Task.Delay(Between(random, 0, 6));
        foreach (var gate in host.Gates)
        {
            gate.Restore();
        }
    }
}

/// <summary>Connections break around COMMIT: before Postgres receives it, or before its answer arrives.</summary>
sealed class LoseCommits : Fault
{
    const int MaxOfEach = 4;

    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        var gate = AnyHost(world, random).Gates[world.PrimaryIndex];
        gate.LoseCommits(random.Next(MaxOfEach), random.Next(1, MaxOfEach));
        await Task.Delay(Between(random, 2, 4));
        gate.LoseCommits(0, 0);
    }
}

/// <summary>kill -9 of all processes of the primary, which recovers.</summary>
sealed class KillPostgres : Fault
{
    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        await world.Primary.KillAsync();
        await Task.Delay(Between(random, 0, 2));
        await world.Primary.StartAsync();
    }
}

/// <summary>The primary stands still for longer than clients wait for some of their statements.</summary>
sealed class FreezePostgres : Fault
{
    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        world.Primary.Freeze();
        await Task.Delay(Between(random, 1, 14));
        world.Primary.Thaw();
    }
}

/// <summary>The standby stands still, so COMMIT waits, and is canceled at last.</summary>
sealed class FreezeStandby : Fault
{
    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        world.Standby.Freeze();
        await Task.Delay(Between(random, 1, 14));
        world.Standby.Thaw();
    }
}

/// <summary>The primary is killed and its standby takes over.</summary>
sealed class FailOver : Fault
{
    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        await world.Primary.KillAsync();
        await world.PromoteAsync();
    }
}

/// <summary>
/// The standby stands still until COMMITs are canceled; then the primary is killed, and the standby takes over with
/// what it has.
/// </summary>
sealed class FailOverBehindFrozenStandby : Fault
{
    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        var since = Stopwatch.GetTimestamp();
        world.Standby.Freeze();
        await Task.Delay(Between(random, 11, 15));
        await world.Primary.KillAsync();
        world.Standby.Thaw();
        await world.PromoteAsync();
        foreach (var book in world.Books)
        {
            book.ForgetSince(since);
        }
    }
}
