namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The SPF result of a message.</summary>
/// <param name="Domain">The domain whose record was evaluated.</param>
sealed record SpfResult(AuthenticationVerdict Verdict, string Domain);
