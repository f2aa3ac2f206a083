namespace AgentPost.Protocol.Smtp.Authentication;

/// <summary>What became of one signature.</summary>
/// <param name="Reason">For people; null for a pass.</param>
/// <param name="Signature">Null: it could not be read.</param>
/// <param name="KeyBits">Of a pass.</param>
sealed record DkimResult(AuthenticationVerdict Verdict, string? Reason, DkimSignature? Signature, int KeyBits = 0);
