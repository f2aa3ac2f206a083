using System.Threading.Channels;
using SmtpServer;
using SmtpServer.IO;
using SmtpServer.Net;

namespace AgentPost.Protocol.Smtp.Engine;

/// <summary>
/// Hands Kestrel's connections to SmtpServer, which accepts them here instead of on a socket. Thread-safe.
/// </summary>
sealed class SessionListener : IEndpointListenerFactory
{
    readonly Channel<SessionPipe> _connections = Channel.CreateUnbounded<SessionPipe>(new() { SingleReader = true });

    /// <summary>Runs one session to its end.</summary>
    public Task RunAsync(SessionPipe pipe) => _connections.Writer.TryWrite(pipe)
        ? pipe.Completion
        : Task.FromException(new InvalidOperationException("SmtpServer accepts no more sessions."));

    public IEndpointListener CreateListener(IEndpointDefinition endpointDefinition) => new Accepting(_connections);

    sealed class Accepting(Channel<SessionPipe> connections) : IEndpointListener
    {
        public async Task<ISecurableDuplexPipe> GetPipeAsync(
            ISessionContext context, CancellationToken cancellationToken)
        {
            var pipe = await connections.Reader.ReadAsync(cancellationToken);
            pipe.Session.Attach(context);
            return pipe;
        }

        public void Dispose() => connections.Writer.TryComplete();
    }
}
