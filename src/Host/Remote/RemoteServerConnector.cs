using System.Net;
using AgentPost.Host.Settings;
using AgentPost.Mime.Composing;
using AgentPost.Protocol.Smtp.Client;
using AgentPost.Protocol.Tls;
using AgentPost.Store.Remote;

namespace AgentPost.Host.Remote;

/// <summary>
/// Connects to the servers of remote accounts. Failures are <see cref="SmtpPeerException"/> or
/// <see cref="RemoteServerException"/>, with a message for people.
/// </summary>
sealed class RemoteServerConnector(Options options, TimeProvider time, ILogger<RemoteServerConnector> logger)
{
    /// <summary>
    /// Timeouts for delivery. Submission servers respond quickly, and the account's status shows it if one does not.
    /// </summary>
    public static readonly SmtpTimeouts SmtpTimeouts = new()
    {
        Connect = TimeSpan.FromSeconds(15),
        Greeting = TimeSpan.FromSeconds(30),
        Command = TimeSpan.FromMinutes(1),
    };

    // Shorter, because an API caller waits for the result.
    static readonly SmtpTimeouts CallTimeouts = SmtpTimeouts with { DataEnd = TimeSpan.FromMinutes(2) };

    CertificateTrust Trust =>
        options.Surfaces.AllowUntrustedCertificates ? CertificateTrust.Any : CertificateTrust.System;

    /// <summary>Connects and logs in. The caller disposes the session.</summary>
    public async Task<RemoteImapSession> OpenImapAsync(RemoteServer server, CancellationToken cancellation)
    {
        EnsureSecret(server);
        var address = await FindAddressAsync(server, cancellation);
        var endpoint = new ImapServerEndpoint(server.Host, server.Port, address, server.Tls, Trust);
        return await RemoteImapSession.OpenAsync(endpoint, server.Login, logger, cancellation);
    }

    /// <summary>Resolves and checks the address of a submission server, and returns how to connect to it.</summary>
    public async Task<SmtpPeer> FindSmtpAsync(RemoteServer server, CancellationToken cancellation)
    {
        EnsureSecret(server);
        var login = server.Login;
        return new(server.Host, server.Port)
        {
            Address = await FindAddressAsync(server, cancellation),
            Tls = server.Tls switch
            {
                RemoteTls.Implicit => TlsUse.Implicit,
                RemoteTls.StartTls => TlsUse.StartTls,
                _ => TlsUse.ImplicitOrStartTls,
            },
            Trust = Trust,
            Credentials = login.Kind is SecretKind.AccessToken
                ? SmtpCredentials.WithAccessToken(login.UserName, login.Secret)
                : new(login.UserName, login.Secret),
        };
    }

    /// <summary>Connects and logs in. The caller disposes the session.</summary>
    public async Task<SmtpClientSession> OpenSmtpAsync(RemoteServer server, CancellationToken cancellation) =>
        await SmtpClientSession.ConnectAsync(
            await FindSmtpAsync(server, cancellation),
            new(options.Hostname) { Timeouts = CallTimeouts, Logger = logger },
            cancellation);

    /// <summary>Logs in to an IMAP server and opens the mailbox.</summary>
    public Task<LoginCheck> CheckImapAsync(RemoteServer server, string mailbox, CancellationToken cancellation) =>
        CheckAsync(server, async () =>
        {
            await using var session = await OpenImapAsync(server, cancellation);
            await session.ExamineAsync(mailbox, cancellation);
            await session.LogOutAsync(cancellation);
            return session.Tls;
        });

    /// <summary>Logs in to a submission server.</summary>
    public Task<LoginCheck> CheckSmtpAsync(RemoteServer server, CancellationToken cancellation) =>
        CheckAsync(server, async () =>
        {
            await using var session = await OpenSmtpAsync(server, cancellation);
            await session.QuitAsync(cancellation);
            return session.Peer.Tls is TlsUse.Implicit ? RemoteTls.Implicit : RemoteTls.StartTls;
        });

    /// <summary>Sends a short message; returns its Message-ID without brackets.</summary>
    public async Task<string> SendTestAsync(
        RemoteServer server, MailboxAddress from, string to, CancellationToken cancellation)
    {
        var message = new MessageBuilder(time, from.AddrSpec[(from.AddrSpec.LastIndexOf('@') + 1)..])
        {
            From = [from],
            To = [new MailboxAddress(to)],
            Subject = "AgentPost test message",
            Text = $"AgentPost sent this message through {server.Host} to test the settings. No action is needed.\n",
            // RFC 3834 §5: prevents automatic replies.
            Fields = [("Auto-Submitted", "auto-generated")],
        }.Build();
        using var octets = new MemoryStream();
        await message.WriteToAsync(octets, cancellation);
        await using var session = await OpenSmtpAsync(server, cancellation);
        var outgoing = new OutgoingMessage(
            from.AddrSpec, [new(to)], octets.Length, _ => new(new MemoryStream(octets.ToArray())))
        {
            IsInternational = message.NeedsSmtpUtf8,
        };
        var results = await session.SendAsync(outgoing, cancellation);
        await session.QuitAsync(cancellation);
        return results[0].Outcome is SendOutcome.Delivered
            ? message.MessageId
            : throw new RemoteServerException($"{server.Host} rejected the message: {results[0].Explanation}");
    }

    static async Task<LoginCheck> CheckAsync(RemoteServer server, Func<Task<RemoteTls>> logInAsync)
    {
        try
        {
            return new(server with { Tls = await logInAsync() }, null);
        }
        catch (Exception failure) when (failure is RemoteServerException or SmtpPeerException)
        {
            return new(server, failure.Message);
        }
    }

    async Task<IPAddress> FindAddressAsync(RemoteServer server, CancellationToken cancellation) =>
        (await PublicAddressResolver.FindAsync(
            server.Host, PrivateAddresses.OfRemoteAccounts(options), cancellation))[0];

    static void EnsureSecret(RemoteServer server)
    {
        if (server.Login.Secret.Length == 0)
        {
            throw new RemoteServerException(
                "The stored password or token cannot be decrypted: this instance has a different secrets key "
                + "(Secrets:Key, secrets.key). Restore the key, or start the account again");
        }
    }
}

/// <summary>The result of a login check.</summary>
/// <param name="Server">The server, with the TLS mode that was found.</param>
/// <param name="Error">Null if the login succeeded.</param>
sealed record LoginCheck(RemoteServer Server, string? Error);
