using AgentPost.Support;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AgentPost.Benchmarks;

/// <summary>Three rounds within this process: figures in a minute, without a build for each benchmark.</summary>
sealed class ShortRun : ManualConfig
{
    public ShortRun()
    {
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddLogger(ConsoleLogger.Default);
        ArtifactsPath = Path.Combine(Repository.Root, "artifacts", "benchmarks");
    }
}
