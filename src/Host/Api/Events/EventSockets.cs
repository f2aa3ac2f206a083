using System.Net.WebSockets;
using AgentPost.Host.Api.Requests;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Events;

/// <summary>
/// Serves <c>/ws</c>, which pushes events as they occur. Any key can connect, and receives the events that it has
/// access to. Holds the open sockets of this instance, so that they can be closed.
/// </summary>
sealed class EventSockets(MailStore store, KeyGate gate, IHostApplicationLifetime lifetime, ILogger<EventSockets> logger)
{
    const int MostOfKey = 100;

    /// <summary>Ping interval and pong timeout, which detect clients that disconnected silently.</summary>
    public static readonly WebSocketOptions Protocol = new() { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(20) };

    static readonly ApiError NoUpgrade = new(
        StatusCodes.Status426UpgradeRequired, "websocket_only", "This path speaks WebSocket only.", "Connect by wss://…/ws, or use GET /api/v1/events.");

    static readonly ApiError TooMany = new(
        StatusCodes.Status429TooManyRequests, "too_many_sockets", $"This key has {MostOfKey} WebSockets at this host.", "Close one first: one can follow all inboxes.")
    {
        RetryAfter = TimeSpan.FromSeconds(30),
    };

    readonly Lock _lock = new();
    readonly HashSet<EventSocket> _open = [];

    public static void Map(WebApplication app)
    {
        var sockets = app.Services.GetRequiredService<EventSockets>();
        app.MapGet("/ws", (RequestDelegate)sockets.RunAsync);
    }

    /// <summary>Returns the keys of the open sockets, each once.</summary>
    public IReadOnlyList<ApiKey> Keys()
    {
        lock (_lock)
        {
            return [.. _open.Select(socket => socket.Key).DistinctBy(key => key.Id)];
        }
    }

    /// <summary>The subscriptions of clients, by organization.</summary>
    public ILookup<OrganizationId, EventFilter> Subscriptions() =>
        All().Where(socket => socket.Filter is not null)
            .ToLookup(socket => socket.Key.Organization, socket => socket.Filter!);

    /// <summary>Closes the sockets of keys that are no longer valid.</summary>
    public void End(IReadOnlyCollection<KeyId> keys)
    {
        foreach (var socket in All().Where(socket => keys.Contains(socket.Key.Id)))
        {
            socket.End(WebSocketCloseStatus.PolicyViolation, "The key has ended");
        }
    }

    // Browsers cannot set a header on a WebSocket request, so the key can also be in the query.
    async Task RunAsync(HttpContext http)
    {
        var token = http.Request.Query["token"].ToString();
        var key = await gate.FindKeyAsync(http, token.Length > 0 ? token : null, http.RequestAborted);
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw new ApiRefusedException(NoUpgrade);
        }
        using var socket = new EventSocket(store, key, logger);
        Add(socket);
        try
        {
            using var stopping = lifetime.ApplicationStopping.Register(() => socket.End(WebSocketCloseStatus.EndpointUnavailable, "The server stops"));
            using var protocol = await http.WebSockets.AcceptWebSocketAsync();
            await socket.RunAsync(protocol);
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(socket);
            }
        }
    }

    void Add(EventSocket socket)
    {
        lock (_lock)
        {
            if (_open.Count(open => open.Key.Id == socket.Key.Id) >= MostOfKey)
            {
                throw new ApiRefusedException(TooMany);
            }
            _open.Add(socket);
        }
    }

    IReadOnlyList<EventSocket> All()
    {
        lock (_lock)
        {
            return [.. _open];
        }
    }
}
