namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>What DMARC says of a message.</summary>
/// <param name="Policy">What the owner of the domain wants done when it fails.</param>
/// <param name="Domain">Of the From field; null when there is not exactly one.</param>
sealed record DmarcResult(AuthenticationVerdict Verdict, DmarcPolicy Policy, string? Domain);
