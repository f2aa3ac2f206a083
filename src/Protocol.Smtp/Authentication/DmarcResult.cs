namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The DMARC result of a message.</summary>
/// <param name="Policy">How the owner of the domain wants the message to be handled if it fails.</param>
/// <param name="Domain">The domain of the From field. Null if there is not exactly one.</param>
sealed record DmarcResult(AuthenticationVerdict Verdict, DmarcPolicy Policy, string? Domain);
