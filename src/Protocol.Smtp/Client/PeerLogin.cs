using System.Text;

namespace AgentPost.Protocol.Smtp.Client;

/// <summary>AUTH from the client's side (RFC 4954): PLAIN, else LOGIN, under TLS only.</summary>
static class PeerLogin
{
    public static async Task RunAsync(PeerChannel channel, PeerKeywords keywords, SmtpCredentials credentials, TimeSpan limit, CancellationToken cancellation)
    {
        if (!channel.IsEncrypted)
        {
            throw new SmtpPeerException(SmtpFault.LoginFailed, "Without TLS the password is not sent");
        }
        var reply = keywords.HasMechanism("PLAIN")
            ? await channel.AskSecretlyAsync("AUTH PLAIN", "AUTH PLAIN " + Base64($"\0{credentials.UserName}\0{credentials.Password}"), limit, cancellation)
            : keywords.HasMechanism("LOGIN")
                ? await LogInAsync(channel, credentials, limit, cancellation)
                : throw new SmtpPeerException(SmtpFault.LoginFailed, "It offers neither AUTH PLAIN nor AUTH LOGIN");
        if (!reply.IsPositive)
        {
            throw new SmtpPeerException(SmtpFault.LoginFailed, $"It refused the login: {reply}", reply);
        }
    }

    static async Task<PeerReply> LogInAsync(PeerChannel channel, SmtpCredentials credentials, TimeSpan limit, CancellationToken cancellation)
    {
        var reply = await channel.AskAsync("AUTH LOGIN", limit, cancellation);
        foreach (var secret in new[] { credentials.UserName, credentials.Password })
        {
            if (reply.Code != 334)
            {
                return reply;
            }
            reply = await channel.AskSecretlyAsync("", Base64(secret), limit, cancellation);
        }
        return reply;
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
