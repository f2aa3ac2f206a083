namespace AgentPost.Support.Chaos.Faults;

/// <summary>kill -9 of a host in the middle of its work.</summary>
sealed class KillHost : Fault
{
    public override Task CauseAsync(ChaosWorld world, Random random)
    {
        var host = AnyHost(world, random);
        return host.ControlAsync(async () =>
        {
            await host.Program.KillAsync();
            await Task.Delay(Between(random, 0, 3));
            await host.RestartAsync();
        });
    }
}

/// <summary>SIGTERM to a host: an orderly stop.</summary>
sealed class StopHost : Fault
{
    public override Task CauseAsync(ChaosWorld world, Random random)
    {
        var host = AnyHost(world, random);
        return host.ControlAsync(async () =>
        {
            if (await host.Program.StopAsync() is not 0 and var exitCode)
            {
                world.Ledger.Violate($"{host.Name} ended with {exitCode} after SIGTERM.");
            }
            await host.RestartAsync();
        });
    }
}

/// <summary>
/// A host stands still (SIGSTOP), as a machine that swaps or is moved, and goes on later as if nothing had been.
/// </summary>
sealed class FreezeHost : Fault
{
    public override Task CauseAsync(ChaosWorld world, Random random)
    {
        var host = AnyHost(world, random);
        return host.ControlAsync(async () =>
        {
            host.Program.Freeze();
            await Task.Delay(Between(random, 1, 12));
            host.Program.Thaw();
        });
    }
}

/// <summary>The clock of one host goes wrong, by seconds or by a month.</summary>
sealed class ShiftClock : Fault
{
    static readonly string[] Shifts = ["+31d", "+90s", "-90s", "-2h", "+0"];

    public override bool IsPossible(ChaosWorld world) => ProgramUnderTest.FakeTimeLibrary is not null;

    public override Task CauseAsync(ChaosWorld world, Random random)
    {
        var host = world.Hosts[^1];
        return host.ControlAsync(async () =>
        {
            await host.Program.StopAsync();
            host.Program.ClockShift = Shifts[random.Next(Shifts.Length)];
            await host.RestartAsync();
        });
    }
}

/// <summary>The disk of a host's spool is full for a while.</summary>
sealed class FillDisk : Fault
{
    const int Piece = 64 * 1024;

    public override bool IsPossible(ChaosWorld world) => world.Hosts.Any(host => host.HasOwnDisk);

    public override async Task CauseAsync(ChaosWorld world, Random random)
    {
        var path = Path.Combine(world.Hosts.First(host => host.HasOwnDisk).DataFolder, "filler");
        try
        {
            await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None,
                bufferSize: 0);
            while (true)
            {
                await file.WriteAsync(new byte[Piece]);
            }
        }
        catch (IOException)
        {
        }
        await Task.Delay(Between(random, 2, 8));
        File.Delete(path);
    }
}
