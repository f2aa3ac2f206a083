using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>
/// A session with somebody else's IMAP server (RFC 3501, RFC 9051), from its greeting to LOGOUT. Every failure is an <see cref="ImapPeerException"/>; after one that is none of
/// <see cref="ImapFault.Refused"/>, and after a cancellation, it is of no more use. Used by one task at a time.
/// </summary>
public sealed class ImapClientSession : IAsyncDisposable
{
    readonly PeerDialogue _dialogue;
    HashSet<string> _capabilities = [];

    ImapClientSession(PeerDialogue dialogue) => _dialogue = dialogue;

    /// <summary>Connects, begins TLS and reads the greeting.</summary>
    public static async Task<ImapClientSession> ConnectAsync(ImapPeer peer, ImapTimeouts timeouts, ILogger logger, CancellationToken cancellation)
    {
        var session = new ImapClientSession(await PeerDialogue.ConnectAsync(peer, timeouts, logger, cancellation));
        try
        {
            await session.OpenAsync(cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public bool Can(string capability) => _capabilities.Contains(capability);

    public async Task LogInAsync(string user, string password, CancellationToken cancellation)
    {
        var status = await _dialogue.WithinAsync(
            _dialogue.Timeouts.Command, token => PeerLogin.RunAsync(_dialogue, _capabilities, user, password, token), cancellation);
        if (status.Argument("CAPABILITY") is { } offered)
        {
            _capabilities = Names(offered);
        }
        else
        {
            await AskCapabilitiesAsync(cancellation);
        }
        if (Can("ID"))
        {
            // Some providers open no mailbox for a client without a name.
            await _dialogue.CommandAsync("ID (\"name\" \"AgentPost\")", _ => { }, cancellation);
        }
    }

    /// <summary>Opens a mailbox for reading only (EXAMINE).</summary>
    public async Task<SelectedMailbox> ExamineAsync(string mailbox, CancellationToken cancellation)
    {
        uint validity = 0, next = 0, messages = 0;
        await _dialogue.CommandAsync(
            $"EXAMINE {QuotedString.Of(ModifiedUtf7.Encode(mailbox))}",
            response =>
            {
                if (response.Is("EXISTS"))
                {
                    messages = NumberOf(response.Text[2..].Split(' ')[0]);
                }
                else if (response.Is("OK"))
                {
                    var status = PeerStatus.Of(response.Text[2..]);
                    validity = status.Argument("UIDVALIDITY") is { } number ? NumberOf(number) : validity;
                    next = status.Argument("UIDNEXT") is { } uid ? NumberOf(uid) : next;
                }
            },
            cancellation);
        // The count of a mailbox that is opened is no news.
        _dialogue.TakeNews();
        return new(validity, next, messages);
    }

    /// <summary>The UIDs of all messages from one on, ascending.</summary>
    public async Task<IReadOnlyList<uint>> SearchFromAsync(uint first, CancellationToken cancellation)
    {
        // n:* always names the last message, also one below n.
        var found = await SearchAsync(string.Create(CultureInfo.InvariantCulture, $"UID {first}:*"), cancellation);
        return [.. found.Where(uid => uid >= first)];
    }

    /// <summary>The UIDs of the messages that came to the mailbox on a day, in the server's own zone, or later; ascending.</summary>
    public Task<IReadOnlyList<uint>> SearchSinceAsync(DateOnly day, CancellationToken cancellation) =>
        SearchAsync(string.Create(CultureInfo.InvariantCulture, $"SINCE {day:d-MMM-yyyy}"), cancellation);

    /// <summary>Fetches one message without marking it as read, and passes its octets on as they come.</summary>
    /// <param name="mostOctets">Of a longer message nothing is passed on.</param>
    public async Task<FetchedPeerMessage> FetchAsync(
        uint uid, long mostOctets, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancellation)
    {
        var sink = new MessageSink(write, mostOctets);
        var answer = new FetchAnswer(uid, sink);
        await _dialogue.FetchAsync(
            string.Create(CultureInfo.InvariantCulture, $"UID FETCH {uid} (UID FLAGS INTERNALDATE BODY.PEEK[])"), sink, answer.Take, cancellation);
        return await answer.CompleteAsync(cancellation);
    }

    /// <summary>Appends a message.</summary>
    public Task AppendAsync(string mailbox, ReadOnlyMemory<byte> message, CancellationToken cancellation) => _dialogue.WithinAsync(
        _dialogue.Timeouts.Message,
        async token =>
        {
            var tag = _dialogue.NextTag();
            var command = string.Create(CultureInfo.InvariantCulture, $"{tag} APPEND {QuotedString.Of(ModifiedUtf7.Encode(mailbox))} {{{message.Length}}}");
            await _dialogue.SendLineAsync(command, null, token);
            await _dialogue.ContinueAsync(tag, token);
            await _dialogue.SendAsync(message, token);
            await _dialogue.SendLineAsync("", null, token);
            return _dialogue.Ensure(await _dialogue.AnswerAsync(tag, _ => { }, token));
        },
        cancellation);

    /// <summary>
    /// Waits for new messages, at most for so long (IDLE, RFC 2177; servers end a session after 30 minutes); not at all, when one has come since the mailbox was opened or
    /// this was called last. False: none came.
    /// </summary>
    /// <param name="interruption">Ends the waiting when it ends.</param>
    /// <param name="begun">Called when the server has begun to watch.</param>
    public async Task<bool> IdleAsync(TimeSpan limit, Task interruption, Func<Task> begun, CancellationToken cancellation)
    {
        var tag = _dialogue.NextTag();
        await _dialogue.SendLineAsync($"{tag} IDLE", null, cancellation);
        await _dialogue.WithinAsync(
            _dialogue.Timeouts.Command,
            async token =>
            {
                await _dialogue.ContinueAsync(tag, token);
                return true;
            },
            cancellation);
        await begun();
        var hasMore = _dialogue.TakeNews();
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        // What else comes ("* OK Still here") is no new message.
        while (!hasMore && until - Environment.TickCount64 is > 0 and var left && await _dialogue.WaitAsync(TimeSpan.FromMilliseconds(left), interruption, cancellation))
        {
            var response = await _dialogue.ReadAsync(cancellation);
            _dialogue.ThrowOnGoodbye(response);
            hasMore = response.Is("EXISTS");
        }
        await _dialogue.SendLineAsync("DONE", null, cancellation);
        await _dialogue.WithinAsync(
            _dialogue.Timeouts.Command,
            async token => _dialogue.Ensure(await _dialogue.AnswerAsync(tag, _ => { }, token)),
            cancellation);
        return hasMore | _dialogue.TakeNews();
    }

    /// <summary>Says goodbye; whatever the answer, it is over.</summary>
    public async Task LogOutAsync(CancellationToken cancellation)
    {
        try
        {
            await _dialogue.CommandAsync("LOGOUT", _ => { }, cancellation);
        }
        catch (ImapPeerException)
        {
            // It is over either way.
        }
    }

    public ValueTask DisposeAsync() => _dialogue.DisposeAsync();

    async Task<IReadOnlyList<uint>> SearchAsync(string criterion, CancellationToken cancellation)
    {
        var found = new SortedSet<uint>();
        await _dialogue.CommandAsync(
            $"UID SEARCH {criterion}",
            response =>
            {
                if (response.Is("SEARCH"))
                {
                    // With CONDSTORE it ends in (MODSEQ n).
                    found.UnionWith(response.Behind("SEARCH").Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => word[0] != '(').Select(NumberOf));
                }
            },
            cancellation);
        return [.. found];
    }

    async Task OpenAsync(CancellationToken cancellation)
    {
        if (_dialogue.Peer.Tls is ImapTls.Implicit)
        {
            await _dialogue.StartTlsAsync(cancellation);
        }
        var response = await _dialogue.ReadAsync(cancellation);
        var greeting = PeerStatus.Of(response.IsUntagged ? response.Text[2..] : "");
        if (!greeting.IsOk)
        {
            // PREAUTH, too: whose mailboxes would it show?
            throw new ImapPeerException(ImapFault.Refused, $"{_dialogue.Peer.Host} greets with {greeting.Condition} {greeting.Text}".TrimEnd());
        }
        if (_dialogue.Peer.Tls is ImapTls.StartTls)
        {
            await BeginTlsAsync(cancellation);
        }
        // What was said in the clear is forgotten (RFC 9051 §11.1).
        await AskCapabilitiesAsync(cancellation);
    }

    async Task BeginTlsAsync(CancellationToken cancellation)
    {
        try
        {
            await _dialogue.CommandAsync("STARTTLS", _ => { }, cancellation);
        }
        catch (ImapPeerException refused) when (refused.Fault is ImapFault.Refused)
        {
            throw new ImapPeerException(ImapFault.TlsFailed, $"{_dialogue.Peer.Host} does not begin TLS: {refused.Message}", refused);
        }
        await _dialogue.StartTlsAsync(cancellation);
    }

    Task<PeerStatus> AskCapabilitiesAsync(CancellationToken cancellation) => _dialogue.CommandAsync(
        "CAPABILITY",
        response =>
        {
            if (response.Is("CAPABILITY"))
            {
                _capabilities = Names(response.Behind("CAPABILITY"));
            }
        },
        cancellation);

    static uint NumberOf(string digits) => uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ImapPeerException(ImapFault.Nonsense, "The server sends a number that is none");

    static HashSet<string> Names(string text) => new(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
