using AgentPost.Benchmarks;
using AgentPost.Benchmarks.Mime;
using BenchmarkDotNet.Running;

// No words: the short run of every benchmark. "cpu": throughput by processor time, for machines that do other things. "fuzz mime": see MimeFuzzer.
// All else are BenchmarkDotNet's own words.
return args switch
{
    ["fuzz", "mime", .. var words] => MimeFuzzer.Run(words),
    ["fuzz", ..] => Usage(),
    ["cpu"] => ProcessorTime.Run(),
    [] => Benchmark(["--filter", "*"]),
    _ => Benchmark(args),
};

static int Benchmark(string[] words)
{
    BenchmarkSwitcher.FromAssembly(typeof(ScanBenchmark).Assembly).Run(words, new ShortRun());
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("Usage: ./agentpost fuzz mime --minutes N [--seed S]");
    return 2;
}
