namespace AgentPost.Protocol.Smtp.Client;

/// <summary>Classifies negative replies as temporary or permanent failures.</summary>
static class ReplyMeaning
{
    // Login problems that either operator can fix: authentication required, mechanism too weak, encryption required,
    // wrong password.
    static readonly int[] OfOurLogin = [530, 534, 535, 538];

    public static SendOutcome Of(PeerReply reply) =>
        reply.IsPermanent && !OfOurLogin.Contains(reply.Code) ? SendOutcome.Permanent : SendOutcome.Temporary;

    /// <summary>
    /// Classifies a reply to RCPT, where 552 may mean "too many recipients" and then counts as 452 (RFC 5321
    /// §4.5.3.1.10).
    /// </summary>
    public static SendOutcome OfRecipient(PeerReply reply) =>
        reply is { Code: 552, Status: null or "5.5.3" } ? SendOutcome.Temporary : Of(reply);
}
