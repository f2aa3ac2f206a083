namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// A session with a remote server, from its greeting to QUIT. Sends any number of messages, one after the other. Not
/// thread-safe.
/// </summary>
public sealed class SmtpClientSession : IAsyncDisposable
{
    readonly PeerChannel _channel;
    readonly SmtpTimeouts _timeouts;

    SmtpClientSession(SmtpPeer peer, PeerChannel channel, PeerKeywords keywords, SmtpTimeouts timeouts)
    {
        Peer = peer;
        _channel = channel;
        Keywords = keywords;
        _timeouts = timeouts;
    }

    public SmtpPeer Peer { get; }

    public PeerKeywords Keywords { get; }

    public bool IsEncrypted => _channel.IsEncrypted;

    /// <summary>
    /// True if further messages can be sent. False after a lost connection, a 421 reply, a canceled send or QUIT.
    /// </summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>
    /// Connects, sends EHLO, starts TLS and logs in, as the peer specifies. Throws <see cref="SmtpPeerException"/>.
    /// </summary>
    public static async Task<SmtpClientSession> ConnectAsync(SmtpPeer peer, SmtpClientOptions options, CancellationToken cancellation)
    {
        if (peer.Tls == TlsUse.ImplicitOrStartTls)
        {
            return await FindTlsAsync(peer, options, cancellation);
        }
        try
        {
            return await OpenAsync(peer, options, cancellation);
        }
        catch (SmtpPeerException failed) when (failed.Fault == SmtpFault.TlsFailed && peer.Tls == TlsUse.Opportunistic)
        {
            // RFC 7435 §3: use TLS where possible, but send the mail in any case.
            return await OpenAsync(peer with { Tls = TlsUse.None }, options, cancellation);
        }
    }

    /// <summary>
    /// Sends one message and returns one result per recipient, in the same order. Server errors do not throw. If
    /// canceled, throws; the remote server has accepted nothing unless the final dot was sent.
    /// </summary>
    public async Task<IReadOnlyList<RecipientResult>> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        var transfer = new MessageTransfer(_channel, Keywords, _timeouts, message);
        IsUsable = false;
        var results = await transfer.RunAsync(cancellation);
        IsUsable = transfer.IsConnectionUsable;
        return results;
    }

    /// <summary>Sends QUIT and waits briefly for the reply.</summary>
    public async Task QuitAsync(CancellationToken cancellation)
    {
        if (!IsUsable)
        {
            return;
        }
        IsUsable = false;
        try
        {
            await _channel.AskAsync("QUIT", _timeouts.Quit, cancellation);
        }
        catch (SmtpPeerException)
        {
            // The session has ended in any case.
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    static async Task<SmtpClientSession> FindTlsAsync(SmtpPeer peer, SmtpClientOptions options, CancellationToken cancellation)
    {
        try
        {
            return await OpenAsync(peer with { Tls = TlsUse.Implicit }, options, cancellation);
        }
        catch (SmtpPeerException notImplicit) when (notImplicit.IsTlsUnanswered)
        {
            try
            {
                return await OpenAsync(peer with { Tls = TlsUse.StartTls }, options, cancellation);
            }
            catch (SmtpPeerException failed)
            {
                throw new SmtpPeerException(failed.Fault, $"{failed.Message}. With implicit TLS: {notImplicit.Message}", failed.Reply, failed);
            }
        }
    }

    static async Task<SmtpClientSession> OpenAsync(SmtpPeer peer, SmtpClientOptions options, CancellationToken cancellation)
    {
        var channel = await PeerChannel.ConnectAsync(peer, options, cancellation);
        try
        {
            var keywords = await GreetAsync(channel, peer, options, cancellation);
            if (peer.Credentials is { } credentials)
            {
                await new PeerLogin(channel, peer, credentials, options.Timeouts.Command).RunAsync(keywords, cancellation);
            }
            return new(peer, channel, keywords, options.Timeouts);
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    static async Task<PeerKeywords> GreetAsync(PeerChannel channel, SmtpPeer peer, SmtpClientOptions options, CancellationToken cancellation)
    {
        if (peer.Tls == TlsUse.Implicit)
        {
            await channel.StartTlsAsync(options.Timeouts.Connect, cancellation);
        }
        var greeting = await channel.ReadAsync(options.Timeouts.Greeting, cancellation);
        if (!greeting.IsPositive)
        {
            throw new SmtpPeerException(SmtpFault.Refused, $"It greeted with {greeting}", greeting);
        }
        var keywords = await HelloAsync(channel, options, cancellation);
        return peer.Tls is TlsUse.Opportunistic or TlsUse.StartTls && await IsTlsStartedAsync(channel, keywords, peer, options, cancellation)
            // RFC 3207 §4.2: discard what the server sent before TLS.
            ? await HelloAsync(channel, options, cancellation)
            : keywords;
    }

    // ehlo = "EHLO" SP ( Domain / address-literal ) CRLF; HELO for servers older than RFC 1869.
    static async Task<PeerKeywords> HelloAsync(PeerChannel channel, SmtpClientOptions options, CancellationToken cancellation)
    {
        var ehlo = await channel.AskAsync($"EHLO {options.HelloName}", options.Timeouts.Command, cancellation);
        if (ehlo.IsPositive)
        {
            return new(ehlo);
        }
        var helo = ehlo.IsPermanent ? await channel.AskAsync($"HELO {options.HelloName}", options.Timeouts.Command, cancellation) : ehlo;
        return helo.IsPositive ? new() : throw new SmtpPeerException(SmtpFault.Refused, $"It answered to EHLO with {helo}", helo);
    }

    static async Task<bool> IsTlsStartedAsync(
        PeerChannel channel, PeerKeywords keywords, SmtpPeer peer, SmtpClientOptions options, CancellationToken cancellation)
    {
        var reply = keywords.Has("STARTTLS") ? await channel.AskAsync("STARTTLS", options.Timeouts.Command, cancellation) : null;
        if (reply is { IsPositive: true })
        {
            await channel.StartTlsAsync(options.Timeouts.Connect, cancellation);
            return true;
        }
        return peer.Tls == TlsUse.Opportunistic
            ? false
            : throw new SmtpPeerException(
                SmtpFault.TlsMissing, reply is null ? "It does not offer STARTTLS" : $"It answered to STARTTLS with {reply}", reply);
    }
}
