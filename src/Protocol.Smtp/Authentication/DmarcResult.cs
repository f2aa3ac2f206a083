namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The DMARC result of a message.</summary>
/// <param name="Policy">The handling that the domain's owner requests if the message fails.</param>
/// <param name="Domain">The domain of the From field. Null if there is not exactly one.</param>
sealed record DmarcResult(AuthenticationVerdict Verdict, DmarcPolicy Policy, string? Domain);
