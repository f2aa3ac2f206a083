namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>The result of verifying one signature.</summary>
/// <param name="Reason">Explanation for humans. Null if the signature passes.</param>
/// <param name="Signature">Null if the signature could not be parsed.</param>
/// <param name="KeyBits">Key length in bits if the signature passes, otherwise 0.</param>
sealed record DkimResult(AuthenticationVerdict Verdict, string? Reason, DkimSignature? Signature, int KeyBits = 0);
