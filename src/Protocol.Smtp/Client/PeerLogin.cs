using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>
/// AUTH from the client's side (RFC 4954), only under TLS: PLAIN or LOGIN with a password, XOAUTH2 or OAUTHBEARER with
/// an access token.
/// </summary>
sealed class PeerLogin(PeerChannel channel, SmtpPeer peer, SmtpCredentials credentials, TimeSpan limit)
{
    // RFC 5321 §4.5.3.1.4, CRLF included. A longer initial response is sent after the 334 (RFC 4954 §4).
    const int MaxCommandLine = 512;

    public async Task RunAsync(PeerKeywords keywords, CancellationToken cancellation)
    {
        if (!channel.IsEncrypted)
        {
            throw Failed("Without TLS the client does not log in", null);
        }
        var reply = credentials.IsAccessToken
            ? await PresentTokenAsync(keywords, cancellation)
            : await PresentPasswordAsync(keywords, cancellation);
        if (!reply.IsPositive)
        {
            throw credentials.IsAccessToken && reply.IsPermanent
                ? Failed($"The server rejected the access token, which may have expired or been revoked: {reply}", reply)
                : Failed($"The server rejected the login: {reply}", reply);
        }
    }

    Task<PeerReply> PresentPasswordAsync(PeerKeywords keywords, CancellationToken cancellation) =>
        keywords.HasMechanism("PLAIN")
            ? AuthenticateAsync("PLAIN", $"\0{credentials.UserName}\0{credentials.Secret}", cancellation)
        : keywords.HasMechanism("LOGIN") ? LogInAsync(cancellation)
        : throw Failed("The server offers neither AUTH PLAIN nor AUTH LOGIN", null);

    async Task<PeerReply> PresentTokenAsync(PeerKeywords keywords, CancellationToken cancellation)
    {
        var bearer = $"auth=Bearer {credentials.Secret}\u0001\u0001";
        var (mechanism, response, acknowledgment) =
            keywords.HasMechanism("XOAUTH2") ? ("XOAUTH2", $"user={credentials.UserName}\u0001{bearer}", "")
            : keywords.HasMechanism("OAUTHBEARER")
                ? ("OAUTHBEARER", $"n,a={Escape(credentials.UserName)},\u0001{HostAndPort()}{bearer}", "\u0001")
            : throw Failed("The server offers no login with an access token (XOAUTH2, OAUTHBEARER)", null);
        var reply = await AuthenticateAsync(mechanism, response, cancellation);
        // The server sends the reason for a failure as a challenge, which the client acknowledges (RFC 7628 §3.2.3).
        return reply.Code == 334
            ? await channel.AskSecretlyAsync("", Base64(acknowledgment), limit, cancellation)
            : reply;
    }

    string HostAndPort() => string.Create(CultureInfo.InvariantCulture, $"host={peer.Host}\u0001port={peer.Port}\u0001");

    async Task<PeerReply> AuthenticateAsync(string mechanism, string response, CancellationToken cancellation)
    {
        var command = $"AUTH {mechanism}";
        var encoded = Base64(response);
        if (command.Length + 1 + encoded.Length + 2 <= MaxCommandLine)
        {
            return await channel.AskSecretlyAsync(command, $"{command} {encoded}", limit, cancellation);
        }
        var reply = await channel.AskAsync(command, limit, cancellation);
        return reply.Code == 334 ? await channel.AskSecretlyAsync("", encoded, limit, cancellation) : reply;
    }

    async Task<PeerReply> LogInAsync(CancellationToken cancellation)
    {
        var reply = await channel.AskAsync("AUTH LOGIN", limit, cancellation);
        foreach (var secret in new[] { credentials.UserName, credentials.Secret })
        {
            if (reply.Code != 334)
            {
                return reply;
            }
            reply = await channel.AskSecretlyAsync("", Base64(secret), limit, cancellation);
        }
        return reply;
    }

    // saslname = 1*(value-safe-char / "=2C" / "=3D") (RFC 5801 §4)
    static string Escape(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static SmtpPeerException Failed(string message, PeerReply? reply) => new(SmtpFault.LoginFailed, message, reply);
}
