using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;

namespace AgentPost.Protocol.Tls;

/// <summary>
/// The pipes inside TLS. Owns the SslStream. Disposing sends close_notify, which clients expect before the connection
/// closes.
/// </summary>
sealed class TlsTransport(SslStream stream) : IDuplexPipe, IAsyncDisposable
{
    // One TLS record holds 16 KB. Buffers are rented from the pool only when there is data.
    const int BufferOctets = 16 * 1024;

    static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    public PipeReader Input { get; } = PipeReader.Create(stream, new(bufferSize: BufferOctets, leaveOpen: true, useZeroByteReads: true));
    public PipeWriter Output { get; } = PipeWriter.Create(stream, new(minimumBufferSize: BufferOctets, leaveOpen: true));

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        try
        {
            await Output.CompleteAsync();
            await stream.ShutdownAsync().WaitAsync(GoodbyeLimit);
        }
        catch (Exception gone) when (gone is IOException or TimeoutException or InvalidOperationException or OperationCanceledException or CryptographicException)
        {
            // The client disconnected first, or requested a renegotiation, which OpenSSL does not complete.
        }
        await stream.DisposeAsync();
    }
}
