namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>What SPF says of a message.</summary>
/// <param name="Domain">Whose record was asked.</param>
sealed record SpfResult(AuthenticationVerdict Verdict, string Domain);
