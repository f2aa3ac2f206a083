using System.IO.Compression;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Compression;

/// <summary>
/// The pipes inside DEFLATE (RFC 4978). Data is decompressed as it is consumed, one buffer at a time, so compression
/// does not increase memory use. The limits for commands and messages apply to the decompressed data. Does not own the
/// underlying pipes.
/// </summary>
sealed class DeflateTransport : IDuplexPipe, IAsyncDisposable
{
    const int BufferOctets = 4 * 1024;

    public DeflateTransport(PipeReader input, PipeWriter output)
    {
        var inflating = new DeflateStream(input.AsStream(leaveOpen: true), CompressionMode.Decompress);
        Input = PipeReader.Create(inflating, new(bufferSize: BufferOctets, useZeroByteReads: true));
        Output = new DeflateWriter(output);
    }

    /// <summary>Throws <see cref="InvalidDataException"/> if the data is not DEFLATE.</summary>
    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await Output.CompleteAsync();
    }
}
