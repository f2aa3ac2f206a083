using System.IO.Pipelines;
using System.Net;
using AgentPost.Protocol.Compression;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// One accepted connection. Its session owns it and alone reads and writes; others may only ask for its end, which the session sees as a cancelled read and
/// answers with a goodbye of its own. Limits are enforced by the server's one-second heartbeat, so that an idle connection costs no timer.
/// </summary>
public sealed class ClientConnection : IAsyncDisposable
{
    const int NoReason = -1;

    /// <summary>For a client to take what was said last; afterwards nobody waits for it any more.</summary>
    static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(10);

    readonly ConnectionContext _context;
    readonly ConnectionLimits _limits;
    readonly TimeProvider _time;
    readonly long _acceptedTimestamp;
    readonly WatchedReader _input;
    readonly WatchedWriter _output;
    readonly CancellationTokenRegistration _closing;
    TlsTransport? _upgraded;
    DeflateTransport? _compressed;
    long _idleTicks;
    int _endReason = NoReason;
    volatile bool _loggedIn;
    volatile bool _disposed;
    long _disposedTimestamp;

    public ClientConnection(ConnectionContext context, ConnectionLimits limits, TimeProvider time)
    {
        _context = context;
        _limits = limits;
        _time = time;
        _acceptedTimestamp = time.GetTimestamp();
        _idleTicks = limits.Idle.Ticks;
        _input = new(context.Transport.Input, time);
        _output = new(context.Transport.Output, time);
        RemoteAddress = AddressOf(context.RemoteEndPoint);
        context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(state => ((ClientConnection)state).CheckLimits(), this);
        _closing = context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .Register(state => (state as ClientConnection)?.RequestEnd(EndReason.Shutdown), this) ?? default;
    }

    /// <summary>A read that comes back cancelled means: look at <see cref="EndRequested"/>.</summary>
    public PipeReader Input => _input;

    /// <summary>Fails with an <see cref="IOException"/> when the client is gone.</summary>
    public PipeWriter Output => _output;

    public string ConnectionId => _context.ConnectionId;

    /// <summary>An IPv4 address is never in its IPv6-mapped form.</summary>
    public IPAddress RemoteAddress { get; }

    /// <summary>Null as long as the connection is in the clear.</summary>
    public TlsSession? Tls => _context.Features.Get<TlsSession>();

    public bool IsEncrypted => Tls is not null;

    public bool IsCompressed => _compressed is not null;

    /// <summary>The connection is in the clear and may go on in TLS.</summary>
    public bool OffersTls => !IsEncrypted && _context.Features.Get<TlsMiddleware>() is not null;

    /// <summary>The client is gone (or has closed its sending side), or the time for an orderly stop is over.</summary>
    public CancellationToken Aborted => _context.ConnectionClosed;

    /// <summary>The first reason given to <see cref="RequestEnd"/>; null as long as nobody asked.</summary>
    public EndReason? EndRequested => Volatile.Read(ref _endReason) is >= 0 and var reason ? (EndReason)reason : null;

    /// <summary>How long the client may be silent when it is its turn (a read is pending).</summary>
    public TimeSpan IdleLimit
    {
        get => new(Interlocked.Read(ref _idleTicks));
        set => Interlocked.Exchange(ref _idleTicks, value.Ticks);
    }

    /// <summary>Asks the session to say goodbye: from any thread, as often as one likes, the first reason counts. A command under way is finished first.</summary>
    public void RequestEnd(EndReason reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, (int)reason, NoReason) == NoReason && !_disposed)
        {
            _input.CancelPendingRead();
        }
    }

    /// <summary>
    /// The slot of the connection among those of its address that have not logged in: the one of <see cref="AcceptMiddleware"/> if that counted it, else a new one of the guard.
    /// Null if the address has too many. The caller disposes it.
    /// </summary>
    public Admission? Admit(ConnectionGuard guard) =>
        _context.Features.Get<AcceptedConnection>() is { } accepted ? accepted.Admission : guard.TryAdmit(RemoteAddress);

    /// <summary>Ends the login deadline.</summary>
    public void LoginSucceeded() => _loggedIn = true;

    /// <summary>
    /// Goes on in TLS (STARTTLS); call when the plaintext answer is flushed. Octets that the client sent behind its STARTTLS go to the handshake and so
    /// break it: nothing said in the clear is ever taken for said in TLS. False: no TLS came about, the connection is of no use any more.
    /// </summary>
    public Task<bool> StartTlsAsync(CancellationToken cancellation) =>
        StartTlsAsync(_context.Features.Get<TlsMiddleware>() ?? throw new InvalidOperationException("This connection offers no TLS."), cancellation);

    /// <summary>As the other, in a TLS that is not the port's.</summary>
    internal async Task<bool> StartTlsAsync(TlsMiddleware tls, CancellationToken cancellation)
    {
        _upgraded = await tls.HandshakeAsync(_context, cancellation);
        if (_upgraded is null)
        {
            return false;
        }
        GoOnIn(_upgraded);
        return true;
    }

    /// <summary>
    /// Goes on in DEFLATE, both ways; call when the answer in the clear is flushed. Octets that the client has sent already are the first compressed ones.
    /// </summary>
    public void StartCompression()
    {
        _compressed = new(_input.Source, _output.Target);
        GoOnIn(_compressed);
    }

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort(string reason) => _context.Abort(new ConnectionAbortedException(reason));

    public async ValueTask DisposeAsync()
    {
        _disposedTimestamp = _time.GetTimestamp();
        _disposed = true;
        await _closing.DisposeAsync();
        if (_compressed is not null)
        {
            await _compressed.DisposeAsync();
        }
        if (_upgraded is not null)
        {
            await _upgraded.DisposeAsync();
        }
    }

    void GoOnIn(IDuplexPipe transport)
    {
        _input.Source = transport.Input;
        _output.Target = transport.Output;
        if (EndRequested is not null)
        {
            _input.CancelPendingRead();
        }
    }

    void CheckLimits()
    {
        if (_disposed)
        {
            if (IsOver(ClosingLimit, _disposedTimestamp))
            {
                Abort("The client does not take the end.");
            }
        }
        else if (IsOver(_limits.WriteStall, _output.PendingSince))
        {
            Abort("The client does not read.");
        }
        else if (!_loggedIn && IsOver(_limits.Login, _acceptedTimestamp))
        {
            RequestEnd(EndReason.LoginTimeout);
        }
        else if (IsOver(IdleLimit, _input.PendingSince))
        {
            RequestEnd(EndReason.Idle);
        }
    }

    bool IsOver(TimeSpan limit, long? since) => limit != Timeout.InfiniteTimeSpan && since is { } start && _time.GetElapsedTime(start) >= limit;

    /// <summary>The address of an end point; an IPv4 address is never in its IPv6-mapped form.</summary>
    internal static IPAddress AddressOf(EndPoint? endPoint)
    {
        var address = (endPoint as IPEndPoint)?.Address ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
