namespace AgentPost.Support.Chaos.Faults;

/// <summary>Something that goes wrong, and is over when the task ends. What it has stopped runs again then.</summary>
abstract class Fault
{
    /// <summary>False if the system lacks what the fault needs.</summary>
    public virtual bool IsPossible(ChaosWorld world) => true;

    public abstract Task CauseAsync(ChaosWorld world, Random random);

    protected static ChaosHost AnyHost(ChaosWorld world, Random random) => world.Hosts[random.Next(world.Hosts.Count)];

    protected static TimeSpan Between(Random random, double least, double most) =>
        TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
}
