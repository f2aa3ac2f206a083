namespace AgentPost.Protocol.Imap;

/// <summary>Before login.</summary>
sealed class NotAuthenticatedContext(ImapSession session) : SessionContext(session)
{
    /// <summary>Logs in and enters the authenticated state, or says why not; the same for LOGIN and AUTHENTICATE.</summary>
    public ValueTask<Completion> LogInAsync(string userName, string secret, CancellationToken cancellation) =>
        Session.LogInAsync(userName, secret, cancellation);
}
