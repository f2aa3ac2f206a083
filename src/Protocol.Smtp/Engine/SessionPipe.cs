using System.Buffers;
using System.IO.Pipelines;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AgentPost.Protocol.Smtp.Session;
using SmtpServer.IO;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// The pipe that SmtpServer reads from and writes to. <see cref="EngineSession"/> connects it with the client.
/// </summary>
sealed class SessionPipe : ISecurableDuplexPipe
{
    readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionPipe(SmtpContext context)
    {
        Session = new(context);
        Input = new CommandInput(Session);
        Output = new ReplyOutput(Session);
    }

    public EngineSession Session { get; }
    public PipeReader Input { get; }
    public PipeWriter Output { get; }

    /// <summary>Completes when SmtpServer has ended the session.</summary>
    public Task Completion => _completion.Task;

    public bool IsSecure => Session.Context.Connection.IsEncrypted;
    public SslProtocols SslProtocol => Session.Context.Connection.Tls?.Protocol ?? SslProtocols.None;

    public Task UpgradeAsync(
        X509Certificate certificate, SslProtocols protocols, CancellationToken cancellationToken = default) =>
        Session.StartTlsAsync();

    public void Dispose() => _completion.TrySetResult();

    /// <summary>Returns one whole command line at a time, in one segment.</summary>
    sealed class CommandInput(EngineSession session) : PipeReader
    {
        ReadOnlySequence<byte> _line;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (_line.IsEmpty)
            {
                _line = new(await session.NextLineAsync());
            }
            return new(_line, isCanceled: false, isCompleted: _line.IsEmpty);
        }

        public override void AdvanceTo(SequencePosition consumed) => _line = _line.Slice(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return false;
        }

        public override void CancelPendingRead()
        {
            // EngineSession ends the session.
        }

        public override void Complete(Exception? exception = null)
        {
            // The connection remains open until the last reply is flushed.
        }
    }

    /// <summary>Turns each flush, which is one reply of SmtpServer, into the reply to the client.</summary>
    sealed class ReplyOutput(EngineSession session) : PipeWriter
    {
        byte[] _discarded = new byte[256];

        public override void Advance(int bytes)
        {
            // See FlushAsync.
        }

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_discarded.Length < sizeHint)
            {
                _discarded = new byte[sizeHint];
            }
            return _discarded;
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            await session.AnswerAsync();
            return default;
        }

        public override void CancelPendingFlush()
        {
            // A flush never waits for the client.
        }

        public override void Complete(Exception? exception = null)
        {
            // See CommandInput.Complete.
        }
    }
}
