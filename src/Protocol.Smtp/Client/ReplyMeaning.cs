namespace AgentPost.Protocol.Smtp.Client;

/// <summary>Whether an answer that is not positive is for good.</summary>
static class ReplyMeaning
{
    // Of these the server's operator or ours can repent: authentication required, mechanism too weak, encryption required, wrong password.
    static readonly int[] OfOurLogin = [530, 534, 535, 538];

    public static SendOutcome Of(PeerReply reply) =>
        reply.IsPermanent && !OfOurLogin.Contains(reply.Code) ? SendOutcome.Permanent : SendOutcome.Temporary;

    /// <summary>In answer to RCPT, 552 may say "too many recipients" and then is to be taken for 452 (RFC 5321 §4.5.3.1.10).</summary>
    public static SendOutcome OfRecipient(PeerReply reply) =>
        reply is { Code: 552, Status: null or "5.5.3" } ? SendOutcome.Temporary : Of(reply);
}
