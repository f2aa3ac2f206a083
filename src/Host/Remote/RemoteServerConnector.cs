using AgentPost.Host.Settings;
using AgentPost.Mime.Composing;
using AgentPost.Protocol;
using AgentPost.Protocol.Imap.Client;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Store;

namespace AgentPost.Host.Remote;

/// <summary>
/// Sessions with the servers of outside accounts. What fails is told as <see cref="ImapPeerException"/>, <see cref="SmtpPeerException"/> or <see cref="RemoteServerException"/>,
/// each with a message for people.
/// </summary>
sealed class RemoteServerConnector(Options options, TimeProvider time, ILogger<RemoteServerConnector> logger)
{
    static readonly ImapTimeouts ImapTimeouts = new() { Connect = TimeSpan.FromSeconds(15), Command = TimeSpan.FromMinutes(1) };

    // Somebody waits for the answer.
    static readonly SmtpTimeouts SmtpTimeouts = new()
    {
        Connect = TimeSpan.FromSeconds(15),
        Greeting = TimeSpan.FromSeconds(30),
        Command = TimeSpan.FromMinutes(1),
        DataEnd = TimeSpan.FromMinutes(2),
    };

    CertificateTrust Trust => options.Surfaces.AllowUntrustedCertificates ? CertificateTrust.Any : CertificateTrust.System;

    /// <summary>Connects and logs in; the caller disposes the session.</summary>
    public async Task<ImapClientSession> OpenImapAsync(RemoteServer server, CancellationToken cancellation)
    {
        EnsurePassword(server);
        var peer = new ImapPeer(server.Host, server.Port)
        {
            Address = (await PublicAddressResolver.FindAsync(server.Host, PrivateAddresses.OfRemoteAccounts(options), cancellation))[0],
            Tls = server.IsSecure ? ImapTls.Implicit : ImapTls.StartTls,
            Trust = Trust,
        };
        var session = await ImapClientSession.ConnectAsync(peer, ImapTimeouts, logger, cancellation);
        try
        {
            await session.LogInAsync(server.UserName, server.Password, cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where and how to connect to a submission server, its address looked up and found good.</summary>
    public async Task<SmtpPeer> FindSmtpAsync(RemoteServer server, CancellationToken cancellation)
    {
        EnsurePassword(server);
        return new(server.Host, server.Port)
        {
            Address = (await PublicAddressResolver.FindAsync(server.Host, PrivateAddresses.OfRemoteAccounts(options), cancellation))[0],
            Tls = server.IsSecure ? TlsUse.Implicit : TlsUse.StartTls,
            Trust = Trust,
            Credentials = new(server.UserName, server.Password),
        };
    }

    /// <summary>Connects and logs in; the caller disposes the session.</summary>
    public async Task<SmtpClientSession> OpenSmtpAsync(RemoteServer server, CancellationToken cancellation) =>
        await SmtpClientSession.ConnectAsync(
            await FindSmtpAsync(server, cancellation), new(options.Hostname) { Timeouts = SmtpTimeouts, Logger = logger }, cancellation);

    /// <summary>Sends a short message; returns its Message-ID without brackets.</summary>
    public async Task<string> SendTestAsync(RemoteServer server, MailboxAddress from, string to, CancellationToken cancellation)
    {
        var message = new MessageBuilder(time, from.AddrSpec[(from.AddrSpec.LastIndexOf('@') + 1)..])
        {
            From = [from],
            To = [new MailboxAddress(to)],
            Subject = "AgentPost can send by this server",
            Text = $"This message was sent by {server.Host} to try the settings. There is nothing to do.\n",
            // RFC 3834 §5: so that nobody answers automatically.
            Fields = [("Auto-Submitted", "auto-generated")],
        }.Build();
        using var octets = new MemoryStream();
        await message.WriteToAsync(octets, cancellation);
        await using var session = await OpenSmtpAsync(server, cancellation);
        var results = await session.SendAsync(
            new(from.AddrSpec, [new(to)], octets.Length, _ => new(new MemoryStream(octets.ToArray()))) { IsInternational = message.NeedsSmtpUtf8 }, cancellation);
        await session.QuitAsync(cancellation);
        return results[0].Outcome is SendOutcome.Delivered
            ? message.MessageId
            : throw new RemoteServerException($"{server.Host} does not take the message: {results[0].Explanation}");
    }

    static void EnsurePassword(RemoteServer server)
    {
        if (server.Password.Length == 0)
        {
            throw new RemoteServerException("The stored password cannot be read: this host has another secrets key (Secrets:Key, secrets.key) than the one that it was stored with. Start the surface anew");
        }
    }
}
