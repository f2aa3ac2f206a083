namespace AgentPost.Support.Chaos.Faults;

/// <summary>All faults by name.</summary>
static class FaultTable
{
    public static IReadOnlyDictionary<string, Fault> Rows { get; } = new Dictionary<string, Fault>
    {
        ["kill-host"] = new KillHost(),
        ["stop-host"] = new StopHost(),
        ["freeze-host"] = new FreezeHost(),
        ["shift-clock"] = new ShiftClock(),
        ["fill-disk"] = new FillDisk(),
        ["cut-database"] = new CutDatabase(),
        ["lose-commits"] = new LoseCommits(),
        ["kill-postgres"] = new KillPostgres(),
        ["freeze-postgres"] = new FreezePostgres(),
        ["freeze-standby"] = new FreezeStandby(),
        ["fail-over"] = new FailOver(),
        ["fail-over-behind-frozen-standby"] = new FailOverBehindFrozenStandby(),
    };
}
