using System.Diagnostics.Metrics;
using AgentPost.Host.Workers.Supervision;

namespace AgentPost.Host.Workers.Upkeep;

/// <summary>
/// Returns memory to the system after many connections have ended. Otherwise the process would keep it: the garbage
/// collector runs only on allocation, and glibc keeps freed memory in its arenas.
/// </summary>
sealed class MemoryTrimmer : Worker, IDisposable
{
    const string Meter = "Microsoft.AspNetCore.Server.Kestrel";
    const string Instrument = "kestrel.active_connections";

    /// <summary>Minimum number of ended connections that justifies the pause of a full collection.</summary>
    const int MinEnded = 256;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly MeterListener _listener = new();
    long _connections;
    long _peak;
    long _before;

    public MemoryTrimmer()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == Instrument && instrument.Meter.Name == Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Count(change));
        _listener.Start();
    }

    public override string Name => "memory trimmer";

    public void Dispose() => _listener.Dispose();

    public override Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        var now = Interlocked.Read(ref _connections);
        // Do not collect while many connections are still ending: more memory can be freed soon, and each collection
        // stops all threads.
        if (now >= _before - MinEnded && Interlocked.Read(ref _peak) - now >= Math.Max(MinEnded, now))
        {
            Interlocked.Exchange(ref _peak, now);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeHeap.Trim();
        }
        _before = now;
        return Task.FromResult(Interval);
    }

    void Count(long change)
    {
        var now = Interlocked.Add(ref _connections, change);
        for (var peak = Interlocked.Read(ref _peak); now > peak; peak = Interlocked.Read(ref _peak))
        {
            Interlocked.CompareExchange(ref _peak, now, peak);
        }
    }
}
