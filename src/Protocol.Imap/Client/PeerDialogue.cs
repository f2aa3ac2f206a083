using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>Commands and their answers, each within its time. A NO or BAD, a goodbye and silence are <see cref="ImapPeerException"/>s.</summary>
sealed class PeerDialogue : IAsyncDisposable
{
    readonly PeerConnection _connection;
    readonly PeerResponseReader _responses;
    int _tags;
    bool _isLeaving;
    bool _hasNews;

    PeerDialogue(ImapPeer peer, PeerConnection connection, ImapTimeouts timeouts)
    {
        Peer = peer;
        Timeouts = timeouts;
        _connection = connection;
        _responses = new(connection);
    }

    public ImapPeer Peer { get; }

    public ImapTimeouts Timeouts { get; }

    public static async Task<PeerDialogue> ConnectAsync(ImapPeer peer, ImapTimeouts timeouts, ILogger logger, CancellationToken cancellation)
    {
        var connection = await WithinAsync(peer, timeouts.Connect, token => PeerConnection.ConnectAsync(peer, logger, token), cancellation);
        return new(peer, connection, timeouts);
    }

    public Task StartTlsAsync(CancellationToken cancellation) => WithinAsync(
        Timeouts.Connect,
        async token =>
        {
            await _connection.StartTlsAsync(token);
            return true;
        },
        cancellation);

    /// <summary>The next response, whatever it is.</summary>
    public Task<PeerResponse> ReadAsync(CancellationToken cancellation) =>
        WithinAsync(Timeouts.Command, token => _responses.ReadAsync(token).AsTask(), cancellation);

    /// <summary>Whether the server has told of new messages, within whatever answer, since this was asked last: it tells of each once only.</summary>
    public bool TakeNews()
    {
        var hasNews = _hasNews;
        _hasNews = false;
        return hasNews;
    }

    /// <summary>Waits until there is a response, for so long, or until the interruption.</summary>
    public Task<bool> WaitAsync(TimeSpan limit, Task interruption, CancellationToken cancellation) => _connection.WaitAsync(limit, interruption, cancellation);

    /// <summary>Runs a command of one line; its untagged responses are given to <paramref name="take"/>.</summary>
    public async Task<PeerStatus> CommandAsync(string command, Action<PeerResponse> take, CancellationToken cancellation)
    {
        _isLeaving = command == "LOGOUT";
        return await WithinAsync(Timeouts.Command, token => RunAsync(command, take, token), cancellation);
    }

    /// <summary>Runs a command that is answered with a message.</summary>
    public async Task FetchAsync(string command, MessageSink sink, Action<PeerResponse> take, CancellationToken cancellation)
    {
        _responses.Sink = sink;
        try
        {
            await WithinAsync(Timeouts.Message, token => RunAsync(command, take, token), cancellation);
        }
        finally
        {
            _responses.Sink = null;
        }
    }

    /// <summary>For commands that are sent in pieces.</summary>
    public string NextTag() => string.Create(CultureInfo.InvariantCulture, $"a{++_tags}");

    /// <param name="shown">What the trace shows of a line with a secret; null: all.</param>
    public ValueTask SendLineAsync(string line, string? shown, CancellationToken cancellation) => _connection.SendLineAsync(line, shown, cancellation);

    public ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => _connection.SendAsync(octets, cancellation);

    /// <summary>Reads up to the server's <c>+</c>.</summary>
    public async Task ContinueAsync(string tag, CancellationToken cancellation)
    {
        while (true)
        {
            var response = await _responses.ReadAsync(cancellation);
            if (response.IsContinuation)
            {
                return;
            }
            if (response.StatusOf(tag) is { } status)
            {
                Ensure(status);
                throw new ImapPeerException(ImapFault.Nonsense, $"{Peer.Host} is done before it was told all");
            }
            Pass(response, _ => { });
        }
    }

    /// <summary>Reads up to the answer of a command, whatever it is.</summary>
    public async Task<PeerStatus> AnswerAsync(string tag, Action<PeerResponse> take, CancellationToken cancellation)
    {
        while (true)
        {
            var response = await _responses.ReadAsync(cancellation);
            if (response.StatusOf(tag) is { } status)
            {
                return status;
            }
            Pass(response, take);
        }
    }

    public PeerStatus Ensure(PeerStatus status) =>
        status.IsOk ? status : throw new ImapPeerException(ImapFault.Refused, $"{Peer.Host} answered {status.Condition} {status.Text}");

    public void ThrowOnGoodbye(PeerResponse response)
    {
        if (response.Is("BYE") && !_isLeaving)
        {
            throw new ImapPeerException(ImapFault.Lost, $"{Peer.Host} ended the session: {PeerStatus.Of(response.Text[2..]).Text}");
        }
    }

    public Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellation) =>
        WithinAsync(Peer, limit, work, cancellation);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    void Pass(PeerResponse response, Action<PeerResponse> take)
    {
        ThrowOnGoodbye(response);
        _hasNews |= response.Is("EXISTS");
        take(response);
    }

    async Task<PeerStatus> RunAsync(string command, Action<PeerResponse> take, CancellationToken cancellation)
    {
        var tag = NextTag();
        await _connection.SendLineAsync($"{tag} {command}", null, cancellation);
        return Ensure(await AnswerAsync(tag, take, cancellation));
    }

    static async Task<T> WithinAsync<T>(ImapPeer peer, TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(limit);
        try
        {
            return await work(patience.Token);
        }
        catch (OperationCanceledException silence) when (!cancellation.IsCancellationRequested)
        {
            throw new ImapPeerException(ImapFault.TimedOut, $"{peer.Host}, port {peer.Port}, did not answer within {limit.TotalSeconds:0} s", silence);
        }
    }
}
