using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Where a session stands; each state carries what only it has.</summary>
abstract record SessionState;

/// <summary>Before HELO or EHLO.</summary>
sealed record Ungreeted : SessionState;

sealed record Greeted(ClientGreeting Client) : SessionState;

/// <summary>MAIL may come.</summary>
/// <param name="Desk">What becomes of it.</param>
abstract record Ready(ClientGreeting Client, IMailDesk Desk) : SessionState;

sealed record LoggedIn(ClientGreeting Client, IMailDesk Desk, Login Login) : Ready(Client, Desk);

/// <summary>After EHLO or LHLO of another server, which does not log in.</summary>
sealed record Introduced(ClientGreeting Client, IMailDesk Desk) : Ready(Client, Desk);

/// <summary>Between MAIL and the end of DATA (RFC 5321 §3.3).</summary>
/// <param name="Before">The state that RSET, EHLO and the end of the message go back to.</param>
sealed record InTransaction(Ready Before, MailTransaction Mail) : SessionState;

/// <summary>How the client introduced itself; never believed.</summary>
sealed record ClientGreeting(string Name)
{
    /// <summary>By EHLO or LHLO; false: HELO.</summary>
    public bool IsExtended { get; init; } = true;
}
