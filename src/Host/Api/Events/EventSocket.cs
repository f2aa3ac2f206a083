using System.Net.WebSockets;
using System.Text.Json;
using AgentPost.Host.Api.Requests;
using AgentPost.Host.Json;
using AgentPost.Store;
using AgentPost.Store.Access;
using AgentPost.Store.Events;
using AgentPost.Store.Model;

namespace AgentPost.Host.Api.Events;

/// <summary>
/// Sends events over one WebSocket. A single task sends events and handles requests. Nothing is buffered for a slow
/// client: unsent events stay in the database. If a client does not accept a message in time, the connection is closed,
/// and the client can reconnect and resume.
/// </summary>
sealed class EventSocket(MailStore store, ApiKey key, ILogger logger) : IDisposable
{
    const int LongestMessage = 16 * 1024;
    const int PageSize = 100;

    // Status code 1013, from the IANA registry that RFC 6455 created.
    const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(10);
    static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    readonly TaskCompletionSource<(WebSocketCloseStatus Status, string Reason)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _over = new();
    readonly byte[] _received = new byte[LongestMessage];
    Task<ReadOnlyMemory<byte>?> _receiving = Task.FromResult<ReadOnlyMemory<byte>?>(null);
    EventFilter? _filter;
    long _position;

    public ApiKey Key { get; } = key;

    /// <summary>The subscription of the client. Null if it has none.</summary>
    public EventFilter? Filter => _filter;

    /// <summary>Starts closing the socket. Thread-safe.</summary>
    public void End(WebSocketCloseStatus status, string reason) => _ended.TrySetResult((status, reason));

    public async Task RunAsync(WebSocket socket)
    {
        _receiving = ReceiveAsync(socket);
        try
        {
            var (status, reason) = await ServeAsync(socket);
            await CloseAsync(socket, status, reason);
        }
        catch (StoreUnavailableException)
        {
            await CloseAsync(socket, TryAgainLater, "The database does not answer");
        }
        catch (OperationCanceledException)
        {
            Log.SocketCutOff(logger, Key.Id);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException)
        {
            // The client disconnected without a close frame, so there is no peer to notify.
        }
        finally
        {
            socket.Abort();
            await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    async Task<(WebSocketCloseStatus Status, string Reason)> ServeAsync(WebSocket socket)
    {
        var news = NewsAsync();
        while (true)
        {
            await Task.WhenAny(_receiving, news, _ended.Task);
            if (_ended.Task.IsCompleted)
            {
                return await _ended.Task;
            }
            if (_receiving.IsCompleted)
            {
                if (await _receiving is not { } message)
                {
                    return socket.CloseStatus is null ? (WebSocketCloseStatus.MessageTooBig, "Too long") : (WebSocketCloseStatus.NormalClosure, "");
                }
                await AnswerAsync(socket, message);
                _receiving = ReceiveAsync(socket);
            }
            if (news.IsCompleted)
            {
                news = NewsAsync();
            }
            // If there are more events, check first whether the client has sent a request.
            if (await TellAsync(socket))
            {
                news = Task.CompletedTask;
            }
        }
    }

    Task NewsAsync() => store.Events.Live.ChangedSinceAsync(Key.Organization, store.Events.Live.MarkOf(Key.Organization), _over.Token);

    /// <summary>
    /// Sends the close status and its reason, then waits briefly for the client's close frame. Ignores other messages.
    /// </summary>
    async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string reason)
    {
        using var limit = new CancellationTokenSource(CloseLimit);
        try
        {
            await socket.CloseOutputAsync(status, reason, limit.Token);
            await _receiving.WaitAsync(limit.Token);
            while (socket.CloseStatus is null)
            {
                _receiving = ReceiveAsync(socket);
                await _receiving.WaitAsync(limit.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            // The client did not answer in time. The caller aborts the socket.
        }
    }

    /// <summary>Sends the next events. Returns true if there may be more.</summary>
    async Task<bool> TellAsync(WebSocket socket)
    {
        if (_filter is null)
        {
            return false;
        }
        var page = await store.Events.ReadAsync(Key.Organization, _position, PageSize, _over.Token);
        foreach (var told in page)
        {
            if (_ended.Task.IsCompleted)
            {
                return true;
            }
            if (_filter.Passes(told))
            {
                await SendAsync(socket, new SocketEvent("event", EventView.Of(told)));
            }
            _position = told.Position;
        }
        return page.Count == PageSize;
    }

    async Task AnswerAsync(WebSocket socket, ReadOnlyMemory<byte> message)
    {
        try
        {
            var request = JsonSerializer.Deserialize(message.Span, ApiJson.TypeInfo<SocketRequest>()) ?? new();
            switch (request.Type)
            {
                case "subscribe":
                    await SubscribeAsync(socket, request);
                    break;
                case "unsubscribe":
                    _filter = null;
                    await SendAsync(socket, new SocketSign("unsubscribed"));
                    break;
                case "ping":
                    await SendAsync(socket, new SocketSign("pong"));
                    break;
                default:
                    throw new ApiRefusedException(ApiError.Invalid("type", "this is subscribe, unsubscribe or ping"));
            }
        }
        catch (Exception failure) when (ApiErrors.Of(failure) is { } error)
        {
            await SendAsync(socket, new SocketError("error", new(error.Code, error.Message, error.Fix)));
        }
    }

    async Task SubscribeAsync(WebSocket socket, SocketRequest request)
    {
        var inboxes = request.InboxId is { } one ? [one, .. request.InboxIds ?? []] : request.InboxIds;
        var filter = await EventSelection.ReadAsync(store, Key, request.EventTypes, inboxes, _over.Token);
        await store.Events.FollowAsync(Key.Organization, filter, _over.Token);
        _position = request.ResumeFrom is { } last
            ? await EventEndpoints.PositionAsync(store.Events, Key, last, _over.Token)
            : await store.Events.LastPositionAsync(Key.Organization, _over.Token);
        _filter = filter;
        await SendAsync(socket, new SocketSubscription("subscribed", filter.Types, filter.Inboxes?.Select(inbox => inbox.ToString()).ToList(), request.ResumeFrom));
    }

    /// <summary>
    /// Sends one message. Throws <see cref="OperationCanceledException"/> if the client does not accept it in time.
    /// </summary>
    static async Task SendAsync<T>(WebSocket socket, T message)
    {
        using var limit = new CancellationTokenSource(SendLimit);
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message, ApiJson.TypeInfo<T>()), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, limit.Token);
    }

    /// <summary>
    /// Receives the next whole message. The buffer is valid until the next call. Returns null if the client closes the
    /// socket, or if the message is too long.
    /// </summary>
    async Task<ReadOnlyMemory<byte>?> ReceiveAsync(WebSocket socket)
    {
        var length = 0;
        while (length < _received.Length)
        {
            // Canceling a receive would abort the socket without a close frame.
            var part = await socket.ReceiveAsync(_received.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }
            length += part.Count;
            if (part.EndOfMessage)
            {
                return _received.AsMemory(0, length);
            }
        }
        return null;
    }
}
