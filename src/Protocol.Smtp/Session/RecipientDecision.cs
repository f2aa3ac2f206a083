using AgentPost.Protocol.Smtp.Wire;

namespace AgentPost.Protocol.Smtp.Session;

/// <summary>
/// The decision about a recipient: the address to deliver to, which may differ from the recipient, or the reply that
/// rejects it.
/// </summary>
readonly record struct RecipientDecision(string Address, Reply? Rejection)
{
    public static implicit operator RecipientDecision(string address) => new(address, null);
    public static implicit operator RecipientDecision(Reply rejection) => new("", rejection);
}
