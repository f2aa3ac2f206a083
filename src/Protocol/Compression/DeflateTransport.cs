using System.IO.Compression;
using System.IO.Pipelines;

namespace AgentPost.Protocol.Compression;

/// <summary>
/// The pipes within DEFLATE (RFC 4978). Octets are inflated as they are consumed, a buffer at a time, so what a client sends takes no more memory than it
/// would without; the limits of commands and messages hold for what comes out. Owns neither of the pipes below.
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

    /// <summary>Reading fails with <see cref="InvalidDataException"/> on what is not DEFLATE.</summary>
    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await Output.CompleteAsync();
    }
}
