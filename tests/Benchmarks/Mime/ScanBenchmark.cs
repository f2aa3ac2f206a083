using AgentPost.Mime.Headers;
using AgentPost.Mime.Scanning;
using AgentPost.Mime.Structure;
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

    /// <summary>Structure, fields, ENVELOPE, BODYSTRUCTURE, decoded and folded text.</summary>
    [Benchmark]
    public long Scan() => Scan(_message).Octets;

    /// <summary>Structure alone.</summary>
    [Benchmark]
    public int Parts() => Parts(_message);

    internal static int Parts(ReadOnlySpan<byte> message)
    {
        var scanner = new MimeScanner(new Nowhere());
        while (!message.IsEmpty)
        {
            var piece = message[..Math.Min(message.Length, PieceOctets)];
            scanner.Write(piece);
            message = message[piece.Length..];
        }
        scanner.Complete();
        return scanner.Parts.Count;
    }

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

    sealed class Nowhere : IMimeSink
    {
        public void HeaderEnded(ScannedPart part, HeaderBlock header)
        {
        }

        public void Body(ScannedPart leaf, ReadOnlySpan<byte> octets)
        {
        }

        public void Ended(ScannedPart part)
        {
        }
    }
}
