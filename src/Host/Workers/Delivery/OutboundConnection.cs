using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store.Outbound;

namespace AgentPost.Host.Workers.Delivery;

/// <summary>
/// The connection of one destination worker. It opens for the first message, to the first server of the route that
/// accepts a session, and reopens after it breaks. If no server can be used, the next message does not try again.
/// </summary>
sealed class OutboundConnection(IRoutes routes, QueueScope scope, SmtpClientOptions options) : IAsyncDisposable
{
    SmtpClientSession? _session;
    Failure? _failure;

    /// <summary>Returns a session that accepts a message, or the reason why there is none.</summary>
    public async Task<(SmtpClientSession? Session, Failure? Failure)> GetAsync(CancellationToken cancellation)
    {
        if (_session is { IsUsable: true })
        {
            return (_session, null);
        }
        if (_session is not null)
        {
            await _session.DisposeAsync();
            _session = null;
        }
        if (_failure is null)
        {
            var route = await routes.FindAsync(scope, cancellation);
            _failure = route.Failure ?? await ConnectAsync(route.Peers, cancellation);
        }
        return (_session, _failure);
    }

    /// <summary>Closes the session with QUIT.</summary>
    public async Task QuitAsync(CancellationToken cancellation)
    {
        if (_session is not null)
        {
            await _session.QuitAsync(cancellation);
        }
    }

    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<Failure?> ConnectAsync(IReadOnlyList<SmtpPeer> peers, CancellationToken cancellation)
    {
        Failure? failure = null;
        foreach (var peer in peers)
        {
            try
            {
                _session = await SmtpClientSession.ConnectAsync(peer, options, cancellation);
                return null;
            }
            catch (SmtpPeerException failed)
            {
                // Another server of the domain may work, or this one at another time, so no connection error is
                // permanent.
                failure = new(IsPermanent: false, StatusOf(failed), failed.Message, peer.ToString(), IsAddressWrong: false);
            }
        }
        return failure;
    }

    // RFC 3463 §3.5, §3.8
    static string StatusOf(SmtpPeerException failed) => failed.Fault switch
    {
        SmtpFault.Unreachable => "4.4.1",
        SmtpFault.TlsMissing or SmtpFault.TlsFailed => "4.7.5",
        SmtpFault.LoginFailed => "4.7.8",
        SmtpFault.Nonsense => "4.5.0",
        SmtpFault.Refused => "4.3.2",
        _ => "4.4.2",
    };
}
