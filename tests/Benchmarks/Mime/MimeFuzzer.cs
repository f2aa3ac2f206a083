using System.Diagnostics;
using System.Globalization;
using AgentPost.Mime.Tests.Fuzzing;

namespace AgentPost.Benchmarks.Mime;

/// <summary>Mutates the messages of the corpus for a time; tells of every one that breaks the scanner, and of the slowest.</summary>
static class MimeFuzzer
{
    const int LeastTimedOctets = 8_000;

    public static int Run(string[] words)
    {
        if (!FuzzWords.TryRead(words, out var length, out var seed))
        {
            Console.Error.WriteLine(FuzzWords.Usage);
            return 2;
        }
        Console.WriteLine($"seed {seed}");
        var mutation = new MessageMutation(seed);
        var watch = Stopwatch.StartNew();
        var count = 0L;
        var failures = 0;
        var slowest = (TimePerOctet: 0.0, Message: Array.Empty<byte>());
        while (watch.Elapsed < length)
        {
            var message = mutation.Next();
            count++;
            if (ScanLaws.Breach(message) is { } breach)
            {
                failures++;
                Console.WriteLine($"{breach}\n{Convert.ToBase64String(message)}");
            }
            var time = TimePerOctet(message);
            slowest = time > slowest.TimePerOctet ? (time, message) : slowest;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slowest: {slowest.TimePerOctet:0} ns per octet\n{Convert.ToBase64String(slowest.Message)}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} messages in {watch.Elapsed.TotalMinutes:0.0} minutes, {failures} failures"));
        return failures == 0 ? 0 : 1;
    }

    // Short ones cost what any message costs. The best of three, as others use the machine too.
    static double TimePerOctet(byte[] message) => message.Length < LeastTimedOctets ? 0 : Enumerable.Range(0, 3).Min(_ =>
    {
        var from = Stopwatch.GetTimestamp();
        ScanBenchmark.Scan(message);
        return Stopwatch.GetElapsedTime(from).TotalNanoseconds / message.Length;
    });
}
