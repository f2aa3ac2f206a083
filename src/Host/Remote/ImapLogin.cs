using System.Net;
using System.Text;
using AgentPost.Store.Remote;
using MailKit.Net.Imap;
using MailKit.Security;

namespace AgentPost.Host.Remote;

/// <summary>Logs in to a session. Makes only one attempt, so that a wrong password counts once.</summary>
static class ImapLogin
{
    public static async Task RunAsync(ImapConnection connection, RemoteLogin login, CancellationToken cancellation)
    {
        try
        {
            await AuthenticateAsync(connection.Client, login, cancellation);
        }
        catch (AuthenticationException rejected)
        {
            throw Rejected(connection, login, rejected);
        }
        if (connection.Client.Capabilities.HasFlag(ImapCapabilities.Id))
        {
            await IdentifyAsync(connection.Client, cancellation);
        }
    }

    static async Task AuthenticateAsync(ImapClient client, RemoteLogin login, CancellationToken cancellation)
    {
        var offered = client.AuthenticationMechanisms;
        if (login.Kind is SecretKind.AccessToken)
        {
            await client.AuthenticateAsync(TokenMechanism(offered, login), cancellation);
            return;
        }
        if (offered.Contains("PLAIN"))
        {
            await client.AuthenticateAsync(
                new SaslMechanismPlain(Encoding.UTF8, login.UserName, login.Secret), cancellation);
            return;
        }
        if (!client.Capabilities.HasFlag(ImapCapabilities.LoginDisabled))
        {
            // Without mechanisms, MailKit sends LOGIN.
            offered.Clear();
        }
        var credentials = new NetworkCredential(login.UserName, login.Secret);
        await client.AuthenticateAsync(Encoding.UTF8, credentials, cancellation);
    }

    static SaslMechanism TokenMechanism(HashSet<string> offered, RemoteLogin login) =>
        offered.Contains("XOAUTH2") ? new SaslMechanismOAuth2(login.UserName, login.Secret)
        : offered.Contains("OAUTHBEARER") ? new SaslMechanismOAuthBearer(login.UserName, login.Secret)
        : throw new RemoteServerException(
            "The IMAP server offers no login with an access token (XOAUTH2, OAUTHBEARER)");

    static RemoteServerException Rejected(
        ImapConnection connection, RemoteLogin login, AuthenticationException rejected)
    {
        var host = connection.Server.Host;
        // The response is "aN NO text". The exception does not always contain the text.
        var text = ImapConnection.Printable(
            connection.Log.LastLine.Split(' ', 2) is [_, var status] ? status : rejected.Message);
        return login.Kind is SecretKind.AccessToken
            ? new(
                $"{host} rejected the access token, which may have expired or been revoked: {text}. "
                + "Start the account again with a new token",
                rejected)
            : new($"{host} rejected the login: {text}", rejected);
    }

    // Some providers do not open a mailbox for a client that has not sent ID.
    static async Task IdentifyAsync(ImapClient client, CancellationToken cancellation)
    {
        try
        {
            await client.IdentifyAsync(new ImapImplementation { Name = "AgentPost" }, cancellation);
        }
        catch (ImapCommandException)
        {
            // The server advertises ID but rejects it.
        }
    }
}
