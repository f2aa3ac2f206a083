using System.IO.Pipelines;
using System.Net;
using AgentPost.Protocol.Compression;
using AgentPost.Protocol.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace AgentPost.Protocol.Connections;

/// <summary>
/// One accepted connection. Only its session reads and writes. Other code can only request its end: the session then
/// sees a canceled read and sends its own final reply. The server's one-second heartbeat enforces the timeouts, so an
/// idle connection needs no timer.
/// </summary>
public sealed class ClientConnection : IAsyncDisposable
{
    const int NoReason = -1;

    /// <summary>Time for a client to read the last reply. Afterwards the connection is aborted.</summary>
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

    /// <summary>After a canceled read, check <see cref="EndRequested"/>.</summary>
    public PipeReader Input => _input;

    /// <summary>Throws <see cref="IOException"/> if the client has disconnected.</summary>
    public PipeWriter Output => _output;

    public string ConnectionId => _context.ConnectionId;

    /// <summary>An IPv4 address is never in IPv6-mapped form.</summary>
    public IPAddress RemoteAddress { get; }

    /// <summary>Null while the connection is unencrypted.</summary>
    public TlsSession? Tls => _context.Features.Get<TlsSession>();

    public bool IsEncrypted => Tls is not null;

    public bool IsCompressed => _compressed is not null;

    /// <summary>True if the connection is unencrypted and supports STARTTLS.</summary>
    public bool OffersTls => !IsEncrypted && _context.Features.Get<TlsMiddleware>() is not null;

    /// <summary>
    /// Canceled when the client disconnects or closes its sending side, or when the time for an orderly stop is over.
    /// </summary>
    public CancellationToken Aborted => _context.ConnectionClosed;

    /// <summary>The first reason given to <see cref="RequestEnd"/>. Null before that.</summary>
    public EndReason? EndRequested => Volatile.Read(ref _endReason) is >= 0 and var reason ? (EndReason)reason : null;

    /// <summary>Idle timeout: how long a read may be pending before the session must end.</summary>
    public TimeSpan IdleLimit
    {
        get => new(Interlocked.Read(ref _idleTicks));
        set => Interlocked.Exchange(ref _idleTicks, value.Ticks);
    }

    /// <summary>
    /// Requests an orderly end of the session. The first reason counts; later calls have no effect. A running command
    /// completes first. Thread-safe.
    /// </summary>
    public void RequestEnd(EndReason reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, (int)reason, NoReason) == NoReason && !_disposed)
        {
            _input.CancelPendingRead();
        }
    }

    /// <summary>
    /// Returns the connection's slot among those of its address that have not logged in: the one from
    /// <see cref="AcceptMiddleware"/> if that counted the connection, otherwise a new one from the guard. Returns null
    /// if the address has too many. The caller disposes it.
    /// </summary>
    public Admission? Admit(ConnectionGuard guard) =>
        _context.Features.Get<AcceptedConnection>() is { } accepted ? accepted.Admission : guard.TryAdmit(RemoteAddress);

    /// <summary>Stops the login timeout.</summary>
    public void LoginSucceeded() => _loggedIn = true;

    /// <summary>
    /// Switches to TLS (STARTTLS). Call it after flushing the plaintext reply. Bytes that the client sent after
    /// STARTTLS break the handshake, so that plaintext never counts as sent over TLS. Returns false if the handshake
    /// failed; the connection is then unusable.
    /// </summary>
    public Task<bool> StartTlsAsync(CancellationToken cancellation) =>
        StartTlsAsync(_context.Features.Get<TlsMiddleware>() ?? throw new InvalidOperationException("This connection offers no TLS."), cancellation);

    /// <summary>Same as the overload without a middleware, but with other TLS settings than the port's.</summary>
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
    /// Switches to DEFLATE in both directions. Call it after flushing the uncompressed reply. Bytes already received
    /// from the client are the first compressed ones.
    /// </summary>
    public void StartCompression()
    {
        _compressed = new(_input.Source, _output.Target);
        GoOnIn(_compressed);
    }

    /// <summary>Aborts the connection without a reply.</summary>
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

    /// <summary>Returns the address of an end point. An IPv4 address is never in IPv6-mapped form.</summary>
    internal static IPAddress AddressOf(EndPoint? endPoint)
    {
        var address = (endPoint as IPEndPoint)?.Address ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
