using System.Globalization;
using System.Text;

namespace AgentPost.Protocol.Imap.Client;

/// <summary>The ways to log in with a password, each within TLS only.</summary>
static class PeerLogin
{
    /// <summary>Logs in with PLAIN where it is offered, else with LOGIN.</summary>
    public static async Task<PeerStatus> RunAsync(
        PeerDialogue dialogue, IReadOnlySet<string> capabilities, string user, string password, CancellationToken cancellation)
    {
        var status = capabilities.Contains("AUTH=PLAIN")
            ? await AuthenticateAsync(dialogue, capabilities.Contains("SASL-IR"), user, password, cancellation)
            : capabilities.Contains("LOGINDISABLED")
                ? throw new ImapPeerException(ImapFault.LoginFailed, $"{dialogue.Peer.Host} offers no login with a password")
                : await LogInAsync(dialogue, user, password, cancellation);
        return status.IsOk
            ? status
            : throw new ImapPeerException(ImapFault.LoginFailed, $"{dialogue.Peer.Host} refused the login: {status.Text}");
    }

    static async Task<PeerStatus> AuthenticateAsync(
        PeerDialogue dialogue, bool atOnce, string user, string password, CancellationToken cancellation)
    {
        // message = [authzid] UTF8NUL authcid UTF8NUL passwd (RFC 4616 §2)
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        var tag = dialogue.NextTag();
        var command = $"{tag} AUTHENTICATE PLAIN";
        if (atOnce)
        {
            await dialogue.SendLineAsync($"{command} {secret}", command, cancellation);
        }
        else
        {
            await dialogue.SendLineAsync(command, null, cancellation);
            await dialogue.ContinueAsync(tag, cancellation);
            await dialogue.SendLineAsync(secret, "", cancellation);
        }
        return await dialogue.AnswerAsync(tag, _ => { }, cancellation);
    }

    // login = "LOGIN" SP userid SP password; a literal takes what a quoted string cannot.
    static async Task<PeerStatus> LogInAsync(PeerDialogue dialogue, string user, string password, CancellationToken cancellation)
    {
        var tag = dialogue.NextTag();
        var line = $"{tag} LOGIN";
        foreach (var word in new[] { user, password })
        {
            if (QuotedString.Fits(word))
            {
                line += " " + QuotedString.Of(word);
                continue;
            }
            var octets = Encoding.UTF8.GetBytes(word);
            await dialogue.SendLineAsync(string.Create(CultureInfo.InvariantCulture, $"{line} {{{octets.Length}}}"), $"{tag} LOGIN", cancellation);
            await dialogue.ContinueAsync(tag, cancellation);
            await dialogue.SendAsync(octets, cancellation);
            line = "";
        }
        await dialogue.SendLineAsync(line, $"{tag} LOGIN", cancellation);
        return await dialogue.AnswerAsync(tag, _ => { }, cancellation);
    }
}
