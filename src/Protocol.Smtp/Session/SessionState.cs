using AgentPost.Store;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>Where a session stands; each state carries what only it has.</summary>
abstract record SessionState;

/// <summary>Before HELO or EHLO.</summary>
sealed record Ungreeted : SessionState;

sealed record Greeted(ClientGreeting Client) : SessionState;

sealed record LoggedIn(ClientGreeting Client, Login Login) : SessionState;

/// <summary>Between MAIL and the end of DATA (RFC 5321 §3.3).</summary>
/// <param name="Before">The state that RSET, EHLO and the end of the message go back to.</param>
sealed record InTransaction(LoggedIn Before, MailTransaction Mail) : SessionState;

/// <summary>How the client introduced itself; never believed.</summary>
sealed record ClientGreeting(string Name);
