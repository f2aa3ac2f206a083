using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// Acknowledges what the client has sent as soon as the server waits for more. Many clients write the end of a
/// message (CRLF, or CRLF "." CRLF) separately from its body. Their kernel holds such a small packet back until the
/// body is acknowledged (Nagle), and Linux delays an acknowledgement that travels alone by 40 ms.
/// </summary>
public static class PromptAcknowledgement
{
    // TCP_QUICKACK on Linux. The kernel turns this mode off by itself, so set it again for each wait.
    const int TcpLevel = 6;
    const int QuickAckOption = 12;

    /// <summary>Kestrel middleware for connections on which clients send long data. Use it before TLS.</summary>
    public static ConnectionDelegate Accept(ConnectionDelegate next) => context =>
    {
        if (OperatingSystem.IsLinux() && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            var (input, output) = (context.Transport.Input, context.Transport.Output);
            context.Transport = new AcknowledgingTransport(new AcknowledgingReader(input, socket), output);
        }
        return next(context);
    };

    static void Acknowledge(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(TcpLevel, QuickAckOption, [1, 0, 0, 0]);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The next read reports the error.
        }
    }

    sealed record AcknowledgingTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    sealed class AcknowledgingReader(PipeReader source, Socket socket) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = source.ReadAsync(cancellationToken);
            if (!read.IsCompleted)
            {
                Acknowledge(socket);
            }
            return read;
        }

        public override bool TryRead(out ReadResult result) => source.TryRead(out result);
        public override void AdvanceTo(SequencePosition consumed) => source.AdvanceTo(consumed);
        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => source.AdvanceTo(consumed, examined);
        public override void CancelPendingRead() => source.CancelPendingRead();
        public override void Complete(Exception? exception = null) => source.Complete(exception);
        public override ValueTask CompleteAsync(Exception? exception = null) => source.CompleteAsync(exception);
    }
}
