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
/// One WebSocket that is told events. One task reads and writes; nothing is kept for a reader that is slow: what it has not been sent lies in the database, and when it takes
/// too long over what it was sent, it is cut off and may come again to read on.
/// </summary>
sealed class EventSocket(MailStore store, ApiKey key, ILogger logger) : IDisposable
{
    const int LongestMessage = 16 * 1024;
    const int PageSize = 100;

    // RFC 6455 and its registry: 1013.
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

    /// <summary>What the client has subscribed to. Null: nothing.</summary>
    public EventFilter? Filter => _filter;

    /// <summary>Asks the socket to close. From any thread.</summary>
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
            // Gone without a word: there is nobody to tell.
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
            // What there is more of is sent when it has been seen whether the peer wants something else.
            if (await TellAsync(socket))
            {
                news = Task.CompletedTask;
            }
        }
    }

    Task NewsAsync() => store.Events.Live.ChangedSinceAsync(Key.Organization, store.Events.Live.MarkOf(Key.Organization), _over.Token);

    /// <summary>Says why, and gives the peer a moment to say the same; what else it says counts no more.</summary>
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
            // Then not.
        }
    }

    /// <summary>Sends the next events; whether there may be more.</summary>
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

    /// <summary>Throws <see cref="OperationCanceledException"/> when the peer does not take it in time.</summary>
    static async Task SendAsync<T>(WebSocket socket, T message)
    {
        using var limit = new CancellationTokenSource(SendLimit);
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message, ApiJson.TypeInfo<T>()), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, limit.Token);
    }

    /// <summary>The next message whole, in a buffer that the one after it overwrites; null: the peer closes, or says too much.</summary>
    async Task<ReadOnlyMemory<byte>?> ReceiveAsync(WebSocket socket)
    {
        var length = 0;
        while (length < _received.Length)
        {
            // Cancelling it would end the socket without a word.
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
