using AgentPost.Mime;
using BenchmarkDotNet.Attributes;

namespace AgentPost.Benchmarks.Mime;

/// <summary>All that a store does with the octets of a message when it arrives, in pieces as a socket gives them.</summary>
public class ScanBenchmark
{
    const int PieceOctets = 16 * 1024;

    byte[] _message = [];

    [Params(2_000, 10_000, 1 << 20, 25 << 20)]
    public int Octets { get; set; }

    [GlobalSetup]
    public void Create() => _message = SampleMessage.Create(Octets);

    [Benchmark]
    public long Scan() => Scan(_message).Octets;

    internal static MessageScan Scan(ReadOnlySpan<byte> message)
    {
        var scanner = new MessageScanner();
        while (!message.IsEmpty)
        {
            var piece = message[..Math.Min(message.Length, PieceOctets)];
            scanner.Write(piece);
            message = message[piece.Length..];
        }
        return scanner.Complete();
    }
}
