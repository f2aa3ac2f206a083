using AgentPost.Benchmarks;
using AgentPost.Benchmarks.Delivery;
using AgentPost.Benchmarks.Imap;
using AgentPost.Benchmarks.Mime;
using BenchmarkDotNet.Running;

// No words: the short run of every benchmark. "cpu": throughput by processor time, for machines that do other things. "delivery": a full queue drains. "fuzz mime", "fuzz imap", "chaos": see MimeFuzzer, ImapFuzzer and ChaosCommand.
// All else are BenchmarkDotNet's own words.
return args switch
{
    ["fuzz", "mime", .. var words] => MimeFuzzer.Run(words),
    ["fuzz", "imap", .. var words] => await ImapFuzzer.RunAsync(words),
    ["fuzz", ..] => Usage(),
    ["chaos", .. var words] => await ChaosCommand.RunAsync(words),
    ["delivery"] => await DrainBenchmark.RunAsync(),
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
    Console.Error.WriteLine(FuzzWords.Usage);
    return 2;
}
