using AgentPost.Protocol.Imap.Wire;
using AgentPost.Store.Model;

namespace AgentPost.Protocol.Imap.Session;

/// <summary>The state before login.</summary>
sealed class NotAuthenticatedContext(SessionState session) : SessionContext(session)
{
    /// <summary>
    /// Logs in and enters the authenticated state, or returns the error. Shared by LOGIN and AUTHENTICATE.
    /// </summary>
    public async ValueTask<Completion> LogInAsync(string userName, string secret, CancellationToken cancellation)
    {
        if (await Store.Accounts.AuthenticateAsync(userName, secret, cancellation) is not { } login)
        {
            Session.LogLoginFailure("wrong user name or key");
            await Session.DelayWrongLoginAsync(userName, secret, cancellation);
            return Completion.No(ResponseCode.AuthenticationFailed, "The user name or the key is wrong");
        }
        if (!login.May(Scope.MessagesRead))
        {
            Session.LogLoginFailure("scope missing");
            return Completion.No(ResponseCode.AuthorizationFailed, $"This key needs the scope {Scope.MessagesRead}");
        }
        if (!Session.TryRegister(login))
        {
            Session.LogLoginFailure("too many connections");
            return Completion.No(
                ResponseCode.Limit,
                $"This inbox has {Options.ConnectionsPerInbox} IMAP connections already; close one first");
        }
        Session.LogIn(login);
        return Completion.Ok($"CAPABILITY {Session.CapabilityLine(Session.Context)}", "Logged in");
    }
}
